//! Who reports to whom, over the rows of an import: made once by one pass over ids and managers, then
//! asked node by node, so that a picture of a hundred thousand people costs what is seen of it.
//!
//! **Invariant:** every user stands in the tree exactly once, whatever the managers say. Managers that
//! are no users of the import are nodes of their own; a circle is cut at its first member, which then
//! stands at the top.

use super::ids::Ids;

/// No node.
const NONE: u32 = u32::MAX;

/// Of each finding so many are told one by one.
const TOLD: usize = 100;

/// Whom a row names as manager.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manager {
    Nobody,
    /// The node of a user, or of somebody who is none.
    Node(u32),
    Oneself,
}

/// Gathers ids first, then managers.
#[derive(Default)]
pub struct Builder {
    ids: Ids,
    absent: Ids,
    absent_ids: Vec<String>,
    managers: Vec<Manager>,
}

impl Builder {
    /// Notes the id of the next row.
    pub fn id(&mut self, id: Option<&str>) {
        self.ids.push(id);
    }

    /// The first row with this id, among those noted so far.
    pub fn find(&self, id: &str) -> Option<u32> {
        self.ids.find(id)
    }

    /// Notes the manager of the next row, after all ids. An empty text is nobody.
    pub fn manager(&mut self, manager: Option<&str>) {
        let row = u32::try_from(self.managers.len()).unwrap_or(NONE);
        let Some(id) = manager.filter(|id| !id.trim().is_empty()) else {
            self.managers.push(Manager::Nobody);
            return;
        };
        let named = match self.ids.find(id) {
            Some(found) if found == row => Manager::Oneself,
            Some(found) => Manager::Node(found),
            None => {
                let number = self.absent.find(id).unwrap_or_else(|| {
                    self.absent.push(Some(id));
                    self.absent_ids.push(id.to_owned());
                    u32::try_from(self.absent_ids.len() - 1).unwrap_or(NONE)
                });
                let users = u32::try_from(self.ids.len()).unwrap_or(NONE);
                Manager::Node(users.saturating_add(number))
            }
        };
        self.managers.push(named);
    }

    /// The tree.
    pub fn finish(self) -> Hierarchy {
        let users = self.ids.len();
        let nodes = users + self.absent_ids.len();
        let mut parent = vec![NONE; nodes];
        let mut oneself = Vec::new();
        for (row, manager) in self.managers.iter().enumerate() {
            match manager {
                Manager::Nobody => {}
                Manager::Node(node) => parent[row] = *node,
                Manager::Oneself => oneself.extend(u32::try_from(row)),
            }
        }
        let circles = cut_circles(&mut parent);
        let (starts, children) = children_of(&parent);
        let (below, levels) = count_below(&parent, &starts, &children);
        let mut tops: Vec<u32> = (0..u32::try_from(nodes).unwrap_or(NONE))
            .filter(|node| parent[*node as usize] == NONE)
            .collect();
        // Those with the most people below them first; who has nobody above and nobody below, last.
        tops.sort_by_key(|node| std::cmp::Reverse(below[*node as usize]));
        let alone = tops.iter().filter(|node| below[**node as usize] == 0);
        let alone = alone.count();
        Hierarchy {
            users,
            ids: self.ids,
            absent: self.absent,
            absent_ids: self.absent_ids,
            parent,
            starts,
            children,
            below,
            tops,
            alone,
            levels,
            circles,
            oneself,
        }
    }
}

/// Who reports to whom.
#[derive(Debug)]
pub struct Hierarchy {
    users: usize,
    ids: Ids,
    absent: Ids,
    absent_ids: Vec<String>,
    /// By node: users by their row, then managers who are no users.
    parent: Vec<u32>,
    starts: Vec<u32>,
    children: Vec<u32>,
    below: Vec<u32>,
    tops: Vec<u32>,
    alone: usize,
    levels: usize,
    circles: Vec<Vec<u32>>,
    oneself: Vec<u32>,
}

/// A node of the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Node<'a> {
    /// By the row.
    User(usize),
    /// Somebody whom users name as manager, and who is no user of the import.
    Absent(&'a str),
}

impl Hierarchy {
    /// How many users there are.
    pub fn users(&self) -> usize {
        self.users
    }

    /// The nodes that stand below nobody, those with the most people below them first.
    pub fn tops(&self) -> &[u32] {
        &self.tops
    }

    /// How many of the tops have nobody below them; they come last.
    pub fn alone(&self) -> usize {
        self.alone
    }

    /// How many levels the tree has; 0 for nobody.
    pub fn levels(&self) -> usize {
        self.levels
    }

    /// What a node is.
    pub fn node(&self, node: u32) -> Option<Node<'_>> {
        let node = node as usize;
        if node < self.users {
            return Some(Node::User(node));
        }
        let absent = self.absent_ids.get(node - self.users)?;
        Some(Node::Absent(absent))
    }

    /// The node of a user, or of somebody who is none but is named as manager.
    pub fn find(&self, id: &str) -> Option<u32> {
        self.ids.find(id).or_else(|| {
            let number = self.absent.find(id)?;
            u32::try_from(self.users).ok()?.checked_add(number)
        })
    }

    /// Who reports to a node, in the order of the import.
    pub fn reports(&self, node: u32) -> &[u32] {
        let node = node as usize;
        let bounds = self.starts.get(node).zip(self.starts.get(node + 1));
        bounds
            .and_then(|(from, to)| self.children.get(*from as usize..*to as usize))
            .unwrap_or_default()
    }

    /// How many stand below a node, in all levels.
    pub fn below(&self, node: u32) -> usize {
        self.below.get(node as usize).map_or(0, |n| *n as usize)
    }

    /// Those above a node, the top first.
    pub fn above(&self, node: u32) -> Vec<u32> {
        let mut path = Vec::new();
        let mut next = self.parent.get(node as usize).copied().unwrap_or(NONE);
        while next != NONE {
            path.push(next);
            next = self.parent.get(next as usize).copied().unwrap_or(NONE);
        }
        path.reverse();
        path
    }

    /// Users who report to each other in a circle, each circle from its first member upwards; the first
    /// hundred circles.
    pub fn circles(&self) -> impl Iterator<Item = &[u32]> {
        self.circles.iter().take(TOLD).map(Vec::as_slice)
    }

    /// How many circles there are.
    pub fn circle_count(&self) -> usize {
        self.circles.len()
    }

    /// Whether a node is where a circle was cut.
    pub fn is_cut(&self, node: u32) -> bool {
        self.circles
            .iter()
            .any(|circle| circle.first() == Some(&node))
    }

    /// Users who name themselves as manager.
    pub fn oneself(&self) -> &[u32] {
        &self.oneself
    }

    /// Managers who are no users of the import, each with its node; those with the most reports first,
    /// the first hundred.
    pub fn absent(&self) -> Vec<(u32, &str)> {
        let mut absent: Vec<(u32, &str)> = (self.absent_ids.iter().enumerate())
            .filter_map(|(number, id)| {
                let node = u32::try_from(self.users + number).ok()?;
                Some((node, id.as_str()))
            })
            .collect();
        absent.sort_by_key(|(node, _)| std::cmp::Reverse(self.reports(*node).len()));
        absent.truncate(TOLD);
        absent
    }

    /// How many managers are no users of the import.
    pub fn absent_count(&self) -> usize {
        self.absent_ids.len()
    }
}

/// Cuts every circle above its first member, and tells the circles.
fn cut_circles(parent: &mut [u32]) -> Vec<Vec<u32>> {
    const NEW: u32 = 0;
    // By node: in which walk it was seen.
    let mut walk_of = vec![NEW; parent.len()];
    let mut circles = Vec::new();
    for start in 0..parent.len() {
        let walk = u32::try_from(start + 1).unwrap_or(NONE);
        let mut node = start;
        while walk_of[node] == NEW {
            walk_of[node] = walk;
            match parent[node] {
                NONE => break,
                next => node = next as usize,
            }
        }
        if walk_of[node] != walk || parent[node] == NONE {
            continue;
        }
        // The walk came back to itself: this node is in a circle.
        let mut circle = Vec::new();
        let mut member = node;
        loop {
            circle.extend(u32::try_from(member));
            member = parent[member] as usize;
            if member == node {
                break;
            }
        }
        let first = circle.iter().enumerate().min_by_key(|(_, node)| **node);
        let first = first.map_or(0, |(index, _)| index);
        circle.rotate_left(first);
        if let Some(first) = circle.first() {
            parent[*first as usize] = NONE;
        }
        circles.push(circle);
    }
    circles
}

/// Each node's children behind each other, in the order of the rows.
fn children_of(parent: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let mut starts = vec![0_u32; parent.len() + 1];
    for above in parent.iter().filter(|above| **above != NONE) {
        starts[*above as usize + 1] += 1;
    }
    for index in 1..starts.len() {
        starts[index] += starts[index - 1];
    }
    let mut next = starts.clone();
    let mut children = vec![0_u32; starts.last().map_or(0, |count| *count as usize)];
    for (node, above) in parent.iter().enumerate() {
        if *above != NONE {
            let place = &mut next[*above as usize];
            children[*place as usize] = u32::try_from(node).unwrap_or(NONE);
            *place += 1;
        }
    }
    (starts, children)
}

/// How many are below each node, and how many levels there are.
fn count_below(parent: &[u32], starts: &[u32], children: &[u32]) -> (Vec<u32>, usize) {
    // Level by level from the top; backwards, every node comes before the one above it.
    let mut order: Vec<u32> = (0..parent.len())
        .filter(|node| parent[*node] == NONE)
        .filter_map(|node| u32::try_from(node).ok())
        .collect();
    let mut levels = 0;
    let mut level = 0..order.len();
    while !level.is_empty() {
        levels += 1;
        for at in level.clone() {
            let node = order[at] as usize;
            let (from, to) = (starts[node] as usize, starts[node + 1] as usize);
            order.extend_from_slice(&children[from..to]);
        }
        level = level.end..order.len();
    }
    let mut below = vec![0_u32; parent.len()];
    for node in order.iter().rev() {
        let above = parent[*node as usize];
        if above != NONE {
            below[above as usize] += below[*node as usize] + 1;
        }
    }
    (below, levels)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(rows: &[(&str, Option<&str>)]) -> Hierarchy {
        let mut builder = Builder::default();
        for (id, _) in rows {
            builder.id(Some(id));
        }
        for (_, manager) in rows {
            builder.manager(*manager);
        }
        builder.finish()
    }

    fn names<'a>(
        tree: &'a Hierarchy,
        rows: &[(&'a str, Option<&str>)],
        nodes: &[u32],
    ) -> Vec<&'a str> {
        nodes
            .iter()
            .filter_map(|node| tree.node(*node))
            .map(|node| match node {
                Node::User(row) => rows[row].0,
                Node::Absent(id) => id,
            })
            .collect()
    }

    #[test]
    fn everybody_stands_below_their_manager_in_the_order_of_the_rows() {
        let rows = [
            ("luke", Some("obiwan")),
            ("yoda", None),
            ("obiwan", Some("mace")),
            ("mace", Some("yoda")),
            ("quigon", Some("mace")),
        ];
        let tree = tree(&rows);
        let node = |id: &str| tree.find(id).unwrap();
        assert_eq!(names(&tree, &rows, tree.tops()), ["yoda"]);
        assert_eq!(
            names(&tree, &rows, tree.reports(node("mace"))),
            ["obiwan", "quigon"]
        );
        assert_eq!(
            names(&tree, &rows, &tree.above(node("luke"))),
            ["yoda", "mace", "obiwan"]
        );
        assert_eq!((tree.below(node("yoda")), tree.below(node("mace"))), (4, 3));
        assert_eq!(tree.levels(), 4);
        assert_eq!(tree.circle_count() + tree.absent_count() + tree.alone(), 0);
    }

    #[test]
    fn a_manager_who_is_no_user_is_a_node_that_says_so() {
        let rows = [
            ("han", Some("leia")),
            ("chewie", Some("han")),
            ("lando", Some("leia")),
            ("padme", Some(" ")),
        ];
        let tree = tree(&rows);
        let leia = tree.find("leia").unwrap();
        assert_eq!(tree.node(leia), Some(Node::Absent("leia")));
        assert_eq!(names(&tree, &rows, tree.reports(leia)), ["han", "lando"]);
        assert_eq!(tree.absent(), [(leia, "leia")]);
        assert_eq!(names(&tree, &rows, tree.tops()), ["leia", "padme"]);
        assert_eq!(tree.alone(), 1, "nobody above and nobody below");
    }

    #[test]
    fn a_circle_is_told_and_cut_at_its_first_member_and_nobody_is_lost() {
        let rows = [
            ("z", Some("b")),
            ("a", Some("c")),
            ("b", Some("a")),
            ("c", Some("b")),
            ("self", Some("self")),
        ];
        let tree = tree(&rows);
        let circles: Vec<Vec<&str>> =
            (tree.circles().map(|circle| names(&tree, &rows, circle))).collect();
        assert_eq!(circles, [["a", "c", "b"]], "a reports to c, c to b, b to a");
        assert_eq!(names(&tree, &rows, tree.oneself()), ["self"]);
        assert_eq!(names(&tree, &rows, tree.tops()), ["a", "self"]);
        assert!(tree.is_cut(tree.find("a").unwrap()));
        // a, and below it b, and below that z and c: everybody once.
        assert_eq!(tree.below(tree.find("a").unwrap()), 3);
        assert_eq!(
            names(&tree, &rows, tree.reports(tree.find("b").unwrap())),
            ["z", "c"]
        );
    }

    #[test]
    fn of_many_users_in_a_long_chain_everybody_is_counted() {
        const COUNT: u32 = 50_000;
        let mut builder = Builder::default();
        for n in 0..COUNT {
            builder.id(Some(&n.to_string()));
        }
        for n in 0..COUNT {
            let above = (n + 1 < COUNT).then(|| (n + 1).to_string());
            builder.manager(above.as_deref());
        }
        let tree = builder.finish();
        assert_eq!(tree.levels(), COUNT as usize);
        assert_eq!(tree.below(COUNT - 1), COUNT as usize - 1);
        assert_eq!(tree.above(0).len(), COUNT as usize - 1);
    }
}
