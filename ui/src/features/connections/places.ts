/** Whether two addresses of the screen show different panes. */
export function another(current: unknown, next: unknown): boolean {
  const of = (search: unknown) => {
    const { name, application, add, like, from } = search as Record<string, unknown>;
    return JSON.stringify([name, application, add, like, from]);
  };
  return of(current) !== of(next);
}
