"""A round trip with the Python client that openapi-generator makes. Started by `tests/clients/run`."""

import os

from nasij_generated import ApiClient, Configuration
from nasij_generated.api import AccessApi, AssociationsApi, TerritoryApi
from nasij_generated.exceptions import UnprocessableEntityException
from nasij_generated.models import AssociationInput, AssociationPatch, InternalRecord, NameInput

url = os.environ["NASIJ_URL"]

# Without a token: a list, and one of its records.
anyone = ApiClient(Configuration(host=url))
cities = TerritoryApi(anyone).list_cities(q="tetouan", limit=10)
assert "01.571.01.11" in [city.code for city in cities.items], cities
assert TerritoryApi(anyone).get_city("01.571.01.11").name.actual_instance.fr == "Tétouan"

# With a token: a record is made, read and changed.
token = AccessApi(anyone).create_token(
    grant_type="client_credentials",
    client_id=os.environ["NASIJ_CLIENT_ID"],
    client_secret=os.environ["NASIJ_CLIENT_SECRET"],
)
# As a header of its own: with `access_token` this client would leave it out of public reads, where others see less.
admin = ApiClient(Configuration(host=url), "Authorization", f"Bearer {token.access_token}")
associations = AssociationsApi(admin)
new = AssociationInput(name=NameInput(fr="Client d'openapi-generator"), internal=InternalRecord(tax_id="7"))
made = associations.create_association(new)
read = associations.get_association_with_http_info(made.id)
assert read.data.internal.tax_id == "7", read
changed = associations.update_association(made.id, read.headers["etag"], AssociationPatch(acronym="OG"))
assert changed.acronym == "OG", changed

# What is refused says where and why; this client itself knows how long a name may be.
try:
    associations.update_association(made.id, "*", AssociationPatch(website="example.org"))
    raise AssertionError("a web address without a scheme is taken")
except UnprocessableEntityException as refusal:
    assert [(fault.pointer, fault.code) for fault in refusal.data.errors] == [("/website", "url")], refusal
try:
    NameInput(fr="x" * 301)
    raise AssertionError("a name has no limit")
except ValueError:
    pass
