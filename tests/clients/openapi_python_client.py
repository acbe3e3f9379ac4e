"""A round trip with the client that openapi-python-client makes. Started by `tests/clients/run`."""

import os

from nasij_client import AuthenticatedClient, Client
from nasij_client.api.access import create_token
from nasij_client.api.associations import create_association, get_association, update_association
from nasij_client.api.territory import get_city, list_cities
from nasij_client.models import AssociationInput, AssociationPatch, InternalRecord, NameInput, Problem, TokenRequest

url = os.environ["NASIJ_URL"]

# Without a token: a list, and one of its records.
anyone = Client(base_url=url)
cities = list_cities.sync(client=anyone, q="tetouan", limit=10)
assert "01.571.01.11" in [city.code for city in cities.items], cities
assert get_city.sync("01.571.01.11", client=anyone).name.fr == "Tétouan"

# With a token: a record is made, read and changed.
credentials = TokenRequest(
    grant_type="client_credentials",
    client_id=os.environ["NASIJ_CLIENT_ID"],
    client_secret=os.environ["NASIJ_CLIENT_SECRET"],
)
token = create_token.sync(client=anyone, body=credentials)
admin = AuthenticatedClient(base_url=url, token=token.access_token)
new = AssociationInput(name=NameInput(fr="Client d'openapi-python-client"), internal=InternalRecord(tax_id="7"))
made = create_association.sync(client=admin, body=new)
read = get_association.sync_detailed(made.id, client=admin)
assert read.parsed.internal.tax_id == "7", read
patch = AssociationPatch(acronym="OPC")
changed = update_association.sync(made.id, client=admin, if_match=read.headers["etag"], body=patch)
assert changed.acronym == "OPC", changed

# What is refused says where and why.
refused = create_association.sync(client=admin, body=AssociationInput(name=NameInput(fr="x" * 301)))
assert isinstance(refused, Problem), refused
assert (refused.status, refused.errors[0].pointer, refused.errors[0].code) == (422, "/name/fr", "length"), refused
