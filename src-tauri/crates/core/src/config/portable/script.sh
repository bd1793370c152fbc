#!/usr/bin/env bash
# Every operation of the application "@NAME@", asked with cURL. Made by Sluice.
#
# The secret is not in here. Before the first call:
#   read -rs @VARIABLE@ && export @VARIABLE@      # @WHAT@
# The certificate is saved beside this script, as @CERTIFICATE@.
#
# Without a command it tells what there is. What is marked with ! changes the database.
set -euo pipefail

base=@BASE@
base=${SLUICE_BASE:-$base}
certificate=${SLUICE_CERTIFICATE:-$(dirname "$0")/@CERTIFICATE_WORD@}

# A text as a part of a quoted text: quotes and backslashes are escaped.
escaped() {
  local text=${1//\\/\\\\}
  printf '%s' "${text//\"/\\\"}"
}
# A text as JSON.
quoted() {
  printf '"'
  escaped "$1"
  printf '"'
}
# A text as a part of an address.
encoded() {
  local LC_ALL=C text=$1 i c
  for ((i = 0; i < ${#text}; i++)); do
    c=${text:i:1}
    case $c in
      [a-zA-Z0-9._~-]) printf '%s' "$c" ;;
      *) printf '%%%02X' "'$c" ;;
    esac
  done
}

ask() {
  local method=$1 path=$2
  shift 2
  : "${@VARIABLE@:?is not set. First: read -rs @VARIABLE@ && export @VARIABLE@}"
  # What the configuration says is in no list of processes.
  curl --silent --show-error --include --cacert "$certificate" --request "$method" \
    --config <(@SECRET@) \
    --header 'Accept: application/scim+json' --header 'Content-Type: application/scim+json' \
    "$@" "$base$path"
  echo
}

usage() {
  cat <<'END'
  status                            is the endpoint up
  config | types | schemas          what the provider reads first
  list [START [COUNT]]              users, a page
  find USERNAME                     the user of a name
  get ID                            one user
  changed TIME                      users changed after 2026-01-31T00:00:00Z
  entitlements                      all entitlements
  body                              what create sends, to be filled in
! create FILE                       a new user
! update ID FILE                    a user as the file has it
! activate ID | deactivate ID
! grant ID ENTITLEMENT | revoke ID ENTITLEMENT
END
}

case ${1:-} in
  status) ask GET Status ;;
  config) ask GET ServiceProviderConfig ;;
  types) ask GET ResourceTypes ;;
  schemas) ask GET Schemas ;;
  list) ask GET "Users?startIndex=${2:-1}&count=${3:-100}" ;;
  find) ask GET "Users?filter=$(encoded "userName eq $(quoted "${2:?USERNAME}")")&startIndex=1&count=100" ;;
  get) ask GET "Users/$(encoded "${2:?ID}")" ;;
  changed) ask GET "Users?filter=$(encoded "meta.lastModified gt $(quoted "${2:?TIME}")")&startIndex=1&count=100" ;;
  entitlements) ask GET Entitlements ;;
  body)
    cat <<'END'
@CREATE@
END
    ;;
  create) ask POST Users --data-binary "@${2:?FILE}" ;;
  update) ask PUT "Users/$(encoded "${2:?ID}")" --data-binary "@${3:?FILE}" ;;
  activate) ask PATCH "Users/$(encoded "${2:?ID}")" --data-binary '@ACTIVATE@' ;;
  deactivate) ask PATCH "Users/$(encoded "${2:?ID}")" --data-binary '@DEACTIVATE@' ;;
  grant) ask PATCH "Users/$(encoded "${2:?ID}")" --data-binary '@GRANT@' ;;
  revoke) ask PATCH "Users/$(encoded "${2:?ID}")" --data-binary '@REVOKE@' ;;
  *) usage ;;
esac
