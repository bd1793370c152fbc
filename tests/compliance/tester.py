"""Runs scim2-tester against an endpoint and prints each of its results as a line of JSON.

Arguments: base URL, token, the server's certificate, and what to test: `discovery`, or the name of a
resource type.
"""

import json
import ssl
import sys

from httpx2 import Client
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_models import ScimPolicy, ScimProvider, ServiceProviderConfig
from scim2_tester import check_server


def main(url: str, token: str, certificate: str, what: str) -> None:
    scope = (
        {"include_tags": {"discovery", "misc"}}
        if what == "discovery"
        else {"resource_types": [what]}
    )
    with Client(
        base_url=url,
        headers={"Authorization": f"Bearer {token}"},
        verify=ssl.create_default_context(cafile=certificate),
        trust_env=False,
        timeout=60,
    ) as http:
        # The tool ends where it cannot read this document, and it refuses the provider's block in it.
        # What it knows of the document is handed to it, so that it goes on; its own check stays strict.
        with ScimPolicy(unknown=ScimPolicy.Unknown.ignore):
            config = ServiceProviderConfig.model_validate(
                http.get("ServiceProviderConfig").json()
            )
        client = SyncSCIMClient(http, provider=ScimProvider([], [], config))
        results = check_server(client, **scope)
    for result in results:
        # What was left out on purpose is no result, and discovery is tested on its own.
        if (result.reason or "").startswith("Skipped due to tag") or (
            what != "discovery" and result.resource_type != what
        ):
            continue
        line = {
            "status": result.status.name,
            "check": " ".join(filter(None, [result.title, result.resource_type])),
            "says": result.reason or "",
        }
        print(json.dumps(line))


main(*sys.argv[1:])
