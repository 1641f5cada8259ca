"""Object stores and the web, through fsspec: `s3://bucket/prefix/`, `gs://bucket/*.json`, `https://host/a.json`.

An address is one document, a folder or bucket with all below it, or a pattern with `*`, `?` and `**` as for files.
"""

import contextlib
import re
from collections.abc import Iterator
from typing import Any

from lictor import LictorError, Listed, Location, Problem, is_glob, literal_folder, matches_glob, without_secrets

# what people name, so that it is told which package is missing and not that nothing reads it
_KNOWN = frozenset({"abfs", "adl", "az", "ftp", "gcs", "gs", "hdfs", "http", "https", "memory", "s3", "s3a", "sftp"})
_LOCAL = frozenset({"file", "local"})
_S3 = frozenset({"s3", "s3a"})
_WEB = frozenset({"http", "https"})
_PAGE = 1_000  # names that S3 gives at once, at most
_LOGIN = re.compile(r"(?i)\b(credential|token|forbidden|unauthori[sz]ed|access ?denied|401|403)")


def is_remote(scheme: str) -> bool:
    """Tell whether addresses of a scheme are read by fsspec."""
    if scheme in _KNOWN:
        return True
    try:
        from fsspec import available_protocols
    except ModuleNotFoundError:
        return False
    return scheme in available_protocols() and scheme not in _LOCAL


def list_documents(url: str) -> Iterator[Listed]:
    """Yield the documents at an address, as the store lists them. Raises LictorError when there is nothing to list."""
    with _told(url):
        scheme, path = _take_apart(url)
        if scheme in _WEB:
            yield Listed(url)  # a web page is one document: `?` is part of its address, and there is nothing to list
            return
        files = _file_system(url)
        if is_glob(path):
            yield from _matching(files, scheme, path, url)
        elif path.endswith("/") or not _is_document(files, scheme, path):
            yield from _below(files, scheme, path, url)
        else:
            yield Listed(url, int(files.info(path).get("size") or -1))


def read_document(url: str) -> bytes:
    """Return what a document holds."""
    with _told(url):
        return bytes(_file_system(url).cat_file(_path_in(url)))


def read_document_up_to(url: str, limit: int) -> bytes:
    """Return what a document holds, or as much of it as the limit allows."""
    with _told(url):
        files, path = _file_system(url), _path_in(url)
        if _take_apart(url)[0] in _WEB:
            with files.open(path, "rb", block_size=0) as stream:  # as it comes: a server may not know parts
                return _read(stream, limit)
        try:
            return bytes(files.cat_file(path, start=0, end=limit))
        except (FileNotFoundError, PermissionError):
            raise
        except (OSError, ValueError):
            if files.size(path):  # stores refuse to give the first part of what is empty (HTTP 416)
                raise
            return b""


def _read(stream: Any, limit: int) -> bytes:  # noqa: ANN401 - fsspec has no types
    chunks: list[bytes] = []
    while limit > 0:
        chunk = stream.read(limit)
        if not chunk:
            break
        chunks.append(chunk)
        limit -= len(chunk)
    return b"".join(chunks)


def _matching(files: Any, scheme: str, pattern: str, url: str) -> Iterator[Listed]:  # noqa: ANN401 - the same
    found = False
    for path, size in _walk(files, scheme, f"{literal_folder(pattern)}/"):
        if matches_glob(pattern, path):
            found = True
            yield Listed(f"{scheme}://{path}", size, is_named=False)
    if not found:
        message = f"nothing in the store matches '{without_secrets(url)}'"
        hint = "quote the pattern if your shell should leave it alone; '**' stands for any number of folders"
        raise LictorError([Problem("no-files-match", message, "usage", hint=hint)])


def _below(files: Any, scheme: str, path: str, url: str) -> Iterator[Listed]:  # noqa: ANN401 - the same
    found = False
    for name, size in _walk(files, scheme, f"{path.rstrip('/')}/"):
        found = True
        yield Listed(f"{scheme}://{name}", size, is_named=False)
    if not found:
        raise LictorError(
            [_problem("there is nothing at this address", url, "look at its spelling; a bucket comes first")]
        )


def _is_document(files: Any, scheme: str, path: str) -> bool:  # noqa: ANN401 - the same
    """Tell a document from a folder. In a bucket of S3, a name may be both; then the document is meant."""
    if scheme in _S3 and "/" not in path:
        return False
    return bool(files.info(path)["type"] == "file")


def _walk(files: Any, scheme: str, folder: str) -> Iterator[tuple[str, int]]:  # noqa: ANN401 - the same
    """Yield all files below a folder with their sizes, without holding more than a part of the listing."""
    if scheme in _S3:
        yield from _walk_s3(files, folder)
        return
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        entries = sorted(files.ls(here.rstrip("/"), detail=True), key=lambda entry: str(entry["name"]))
        files.invalidate_cache()  # fsspec would keep every listing
        below = []
        for entry in entries:
            name = str(entry["name"]).lstrip("/")
            if entry["type"] == "directory":
                below.append(f"{name.rstrip('/')}/")
            elif name != here.strip("/"):
                yield name, _size(entry.get("size"))
        waiting.extend(reversed(below))


def _walk_s3(files: Any, folder: str) -> Iterator[tuple[str, int]]:  # noqa: ANN401 - the same
    """List page by page: a bucket may hold millions of objects side by side, which fsspec would gather first."""
    bucket, _, prefix = folder.lstrip("/").partition("/")
    more: dict[str, str] = {}
    while True:
        page = files.call_s3("list_objects_v2", Bucket=bucket, Prefix=prefix, MaxKeys=_PAGE, **more)
        for entry in page.get("Contents", ()):
            if not entry["Key"].endswith("/"):  # what consoles make to show an empty folder
                yield f"{bucket}/{entry['Key']}", _size(entry.get("Size"))
        if not page.get("IsTruncated"):
            return
        more = {"ContinuationToken": page["NextContinuationToken"]}


def _size(value: object) -> int:
    return value if isinstance(value, int) else -1


def _take_apart(url: str) -> tuple[str, str]:
    scheme, _, path = url.partition("://")
    return scheme.lower(), path.lstrip("/")


def _path_in(url: str) -> str:
    scheme, path = _take_apart(url)
    return url if scheme in _WEB else path


def _file_system(url: str) -> Any:  # noqa: ANN401 - fsspec has no types
    from fsspec.core import url_to_fs

    return url_to_fs(url)[0]


@contextlib.contextmanager
def _told(url: str) -> Iterator[None]:
    """Turn what fsspec and its stores raise into a problem that says what to do."""
    try:
        yield
    except (LictorError, GeneratorExit):
        raise
    except ImportError as error:
        raise LictorError([_missing(error, url)]) from None
    except FileNotFoundError:
        hint = "look at the spelling of the bucket and of the name; names are case sensitive"
        if _take_apart(url)[0] in _WEB:
            hint = "look at its spelling, and whether the server answers"
        raise LictorError([_problem("there is nothing at this address", url, hint)]) from None
    except PermissionError:
        raise LictorError([_denied(url)]) from None
    except Exception as error:  # noqa: BLE001 - each store has exceptions of its own
        raise LictorError([_failed(error, url)]) from None


def _missing(error: ImportError, url: str) -> Problem:
    package = next(iter(re.findall(r"gcsfs|adlfs|s3fs|aiohttp|paramiko", str(error))), "")
    install = f"pip install {package}" if package not in {"", "s3fs", "aiohttp"} else "pip install 'lictor[remote]'"
    scheme = _take_apart(url)[0]
    return _problem(f"reading '{scheme}://' addresses needs the package '{package or 'fsspec'}'", url, install)


def _denied(url: str) -> Problem:
    hint = "the credentials must allow listing the bucket and reading its objects (s3:ListBucket, s3:GetObject)"
    return _problem("the store denies access", url, hint)


def _failed(error: Exception, url: str) -> Problem:
    name = type(error).__name__
    if name in {"NoCredentialsError", "PartialCredentialsError", "TokenRetrievalError"}:
        hint = "sign in first, as for the store's own command line"
        return _problem("no credentials were found for the store", url, hint)
    status = getattr(error, "status", None)
    if isinstance(status, int):
        return _problem(f"the server answers with status {status}", url, "look at the address, and who may read it")
    if _LOGIN.search(str(error)):
        return _denied(url)
    # the text of other exceptions may hold an address with what signs it
    return _problem(f"the store can't be read ({name})", url, "check the network and the address, and try again")


def _problem(message: str, url: str, hint: str) -> Problem:
    return Problem("source-error", message, "document", hint=hint, location=Location(without_secrets(url)))
