"""An independent EPP client (epptools) against the sandbox: log in, check, create, info, renew, delete, log out.

Usage: epptools_client.py HOST PORT PKI_FOLDER
"""

import sys

from epptools import Client, Config

host, port, pki = sys.argv[1:4]
config = Config(
    host=host,
    port=int(port),
    clid="registrar-a",
    password="sandbox-password",
    ca_file=f"{pki}/ca.pem",
    client_cert=f"{pki}/client.pem",
    client_key=f"{pki}/client.key",
)
name = "epptools.example"
client = Client(config)
client.connect()
client.login()
assert client.domain.check([name]).availability() == {name: True}, "a free name is available"
client.domain.create(name, years=1, auth_info="Sandbox-1234")
assert client.domain.check([name]).availability() == {name: False}, "a registered name is not"
info = client.domain.info(name)
assert info.sponsor() == "registrar-a", info.sponsor()
renewed = client.domain.renew(name, info.expiry_date(), years=1)
assert renewed.expiry_date() > info.expiry_date(), "a renewal extends the registration"
client.domain.delete(name)
client.logout()
client.disconnect()
print("epptools: ok")
