"""The certification authority: orders, the signer, certificates, revocation lists.

`registration` decides, this room signs. Only the signer process can open the key.
"""
