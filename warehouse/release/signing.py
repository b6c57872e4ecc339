"""Signs a release, and says whose signature one bears: Ed25519 over the bytes of its manifest, which lists every file.

The signature is the bare 64 bytes in ``manifest.json.sig``, so that ``openssl pkeyutl -verify -rawin`` checks it too.
"""

from __future__ import annotations

import base64
import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from valuenet.warehouse.errors import InputError
from valuenet.warehouse.release.compare import Problem
from valuenet.warehouse.release.manifest import MANIFEST, SIGNATURE, Manifest
from valuenet.warehouse.release.place import Place
from valuenet.warehouse.store import StorageError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


class KeyFileError(InputError):
    """A key cannot be used."""


class OtherKeyError(InputError):
    """A release names no key, or another one than it should be signed with."""


class Signed(NamedTuple):
    """What was found of a signature: ``by`` the key it is by, empty for none; ``problem`` what is wrong with it."""

    by: str
    problem: Problem | None


def create_key(path: Path) -> str:
    """Write a new private key (PEM, readable by its owner alone) and return its public key for the settings.

    Raises:
        KeyFileError: if there is such a file already.
        StorageError: if it cannot be written.
    """
    from cryptography.hazmat.primitives import serialization as form
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as sink:
            sink.write(pem)
    except FileExistsError:
        raise KeyFileError(f"{path} is there already, and a lost key cannot be made again; name another file") from None
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror or error}; mend access, then again") from None
    return _said(key.public_key())


def sign(place: Place, manifest: Manifest, key: Path) -> str:
    """Write the signature of the release at ``place`` beside its manifest, and return the public key.

    Raises:
        KeyFileError: if ``key`` is no private Ed25519 key.
        OtherKeyError: if the release does not name its public key.
    """
    private = _read_private(key)
    own, named = _said(private.public_key()), manifest.settings.release.public_key
    if named != own:
        what = "names no key" if not named else f"names the key {named}, not that of {key}"
        raise OtherKeyError(
            f'{place.uri} {what}; set public_key = "{own}" among the settings of the release, raise the version, '
            "publish it, then sign that"
        )
    place.write(SIGNATURE, private.sign(place.read(MANIFEST)))
    return own


def check_signature(place: Place, manifest: Manifest, key: str) -> Signed:
    """Return whose signature the release at ``place`` bears.

    Args:
        place: where it lies.
        manifest: what it says.
        key: public key it must be signed with, see ``read_public_key``; empty to ask for the one it names itself.

    Raises:
        KeyFileError: if ``key`` is no public key.
    """
    named = manifest.settings.release.public_key
    wanted = read_public_key(key) if key else named
    there = place.has(SIGNATURE)
    if not wanted:
        extra = Problem(SIGNATURE, None, "", "a signature", "none: the release names no key")
        return Signed("", extra if there else None)
    if named != wanted:
        key_there = named or "no public key"
        return Signed("", Problem(MANIFEST, None, "settings.release.public_key", key_there, wanted))
    if not there:
        missing = Problem(SIGNATURE, None, "", "no signature", f"one by {wanted}")
        return Signed("", missing if key else None)
    if not _is_by(place, wanted):
        return Signed("", Problem(SIGNATURE, None, "", "a signature that is not of this manifest", f"one by {wanted}"))
    return Signed(wanted, None)


def read_public_key(text: str) -> str:
    """Return a public key as the settings of a release name it.

    Args:
        text: a file (PEM), or the key itself.

    Raises:
        KeyFileError: if it is neither.
    """
    encoded = text.strip()
    if not encoded.startswith("MCowBQYDK2Vw"):
        encoded = _between_the_lines(Path(text))
    _load(encoded)
    return encoded


def _between_the_lines(path: Path) -> str:
    try:
        lines = path.read_text(encoding="ascii").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "no text"
        raise KeyFileError(
            f"{path} is no public key ({reason}); give the file or the key that its owner published"
        ) from None
    if any("PRIVATE" in line for line in lines):
        raise KeyFileError(f"{path} is a private key; to check, give the public one, and keep this one to yourself")
    return "".join(line.strip() for line in lines if not line.startswith("-----"))


def _load(encoded: str) -> Ed25519PublicKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    try:
        key = load_der_public_key(base64.b64decode(encoded, validate=True))
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise KeyFileError(f"{encoded[:80]!r} is no public Ed25519 key; `valuenet release key` prints one")
    return key


def _read_private(path: Path) -> Ed25519PrivateKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise KeyFileError(
            f"{path} cannot be read: {error.strerror or error}; `valuenet release key` makes one"
        ) from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileError(f"{path} is no private Ed25519 key without a password; `valuenet release key` makes one")
    return key


def _is_by(place: Place, key: str) -> bool:
    from cryptography.exceptions import InvalidSignature

    try:
        _load(key).verify(place.read(SIGNATURE), place.read(MANIFEST))
    except InvalidSignature:
        return False
    return True


def _said(key: Ed25519PublicKey) -> str:
    from cryptography.hazmat.primitives import serialization as form

    return base64.b64encode(key.public_bytes(form.Encoding.DER, form.PublicFormat.SubjectPublicKeyInfo)).decode()
