from __future__ import annotations

import gzip
import ipaddress
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import SourceFailed
from ingest.sources.addresses import is_fit
from ingest.sources.robots import robots_of
from ingest.sources.web import Web, WebLimits
from tests.ingest.places import Home, Site, site

PAGE = "<html><body><h1>{0}</h1><p>Words of {0}.</p></body></html>"


@pytest.fixture
def web() -> Iterator[Site]:
    with site() as served:
        yield served


@pytest.fixture
def home(tmp_path: Path, web: Site) -> Home:
    return Home(tmp_path, private=[web.host])


def sitemap(web: Site, *paths: str, kind: str = "urlset", entry: str = "url") -> str:
    entries = "".join(f"<{entry}><loc>{web.base}{path}</loc></{entry}>" for path in paths)
    return f'<?xml version="1.0"?><{kind} xmlns="http://s.example/0.9">{entries}</{kind}>'


def reason(home: Home) -> str:
    (outcome,) = home.sync()
    assert not outcome.fine
    return outcome.reason


def test_a_page_is_indexed_and_cited_by_its_address(home: Home, web: Site):
    web.pages["/guide"] = PAGE.format("Pilot")
    home.add("wiki", "page", f"{web.base}/guide", owner="Ann")
    assert home.sync()[0].fine
    (passage,) = home.passages()
    assert (passage.title, passage.text) == ("Pilot", "Words of Pilot.")
    assert (passage.link, passage.owner) == (f"{web.base}/guide", "Ann")
    assert home.sync()[0].changed == 0


def test_a_sitemap_brings_its_pages_and_lets_go_of_those_that_went(home: Home, web: Site):
    web.pages |= {f"/{n}": PAGE.format(n) for n in ("a", "b", "c")}
    web.pages["/map.xml"] = sitemap(web, "/a", "/b", "/c", "/a")
    home.add("wiki", "sitemap", f"{web.base}/map.xml")
    assert home.sync()[0].says == "3 guides: 3 changed, 0 removed"
    web.pages["/map.xml"] = sitemap(web, "/a", "/b")
    web.pages["/b"] = (500, {}, b"")
    (outcome,) = home.sync()
    assert [each.source for each in outcome.problems] == [f"{web.base}/b"]
    assert sorted(home.texts()) == ["Words of a.", "Words of b."]
    web.pages["/b"] = (404, {}, b"")
    home.sync()
    assert home.texts() == ["Words of a."]


def test_sitemaps_of_sitemaps_packed_ones_and_a_limit_of_pages(home: Home, web: Site):
    web.pages |= {f"/{n}": PAGE.format(n) for n in range(9)}
    packed = gzip.compress(sitemap(web, *(f"/{n}" for n in range(9))).encode())
    web.pages["/map.xml"] = sitemap(web, "/one.xml.gz", "/map.xml", kind="sitemapindex")
    web.pages["/one.xml.gz"] = (200, {"Content-Type": "application/gzip"}, packed)
    home.add("wiki", "sitemap", f"{web.base}/map.xml", most=4)
    assert home.sync()[0].files == 4


@pytest.mark.parametrize(
    "body",
    [
        b"no xml",
        b"<html/>",
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><urlset>&b;</urlset>',
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><urlset>&a;</urlset>',
        gzip.compress(b" " * 60_000_000),
        b"\x1f\x8bbroken",
        b"<urlset>" * 100_000,
    ],
)
def test_a_sitemap_that_is_none_is_refused(body: bytes, home: Home, web: Site):
    web.pages["/map.xml"] = (200, {}, body)
    home.add("wiki", "sitemap", f"{web.base}/map.xml")
    assert "its sitemap" in reason(home)


def test_robots_txt_is_honoured_and_its_pause_is_kept(home: Home, web: Site):
    rules = "User-agent: *\nDisallow: /\n\nUser-agent: uptake\nDisallow: /private\nCrawl-delay: 3"
    web.pages |= {"/robots.txt": rules, "/a": PAGE.format("a"), "/private/b": PAGE.format("b")}
    web.pages["/map.xml"] = sitemap(web, "/a", "/private/b")
    home.add("wiki", "sitemap", f"{web.base}/map.xml")
    waits: list[float] = []
    home.options["pause"] = waits.append
    (outcome,) = home.sync()
    assert [each.reason for each in outcome.problems] == ["its robots.txt does not allow it"]
    assert home.texts() == ["Words of a."]
    assert "/private/b" not in web.asked
    assert waits == [3.0, 3.0]
    assert {each["User-Agent"] for each in web.headers} == {"Uptake"}


def test_a_site_whose_robots_txt_is_broken_is_not_read(home: Home, web: Site):
    web.pages |= {"/robots.txt": (503, {}, b""), "/a": PAGE.format("a")}
    home.add("wiki", "page", f"{web.base}/a")
    assert "robots.txt" in reason(home)


@pytest.mark.parametrize(
    ("rules", "path", "allowed"),
    [
        ("User-agent: *\nDisallow: /a", "/ab", False),
        ("User-agent: *\nDisallow: /a\nAllow: /ab", "/abc", True),
        ("User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf?z", True),
        ("User-agent: *\nDisallow: /a*b*c", "/axxbxxcxx", False),
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: x\nUser-agent: UPTAKE\nDisallow: /", "/a", False),
        ("User-agent: x\nDisallow: /", "/a", True),
        ("User-agent: *\nDisallow: /%61b", "/ab", False),
        ("# nothing\nDisallow: /", "/a", True),
        ("User-agent: *\nDisallow: /\nAllow: /$", "/", True),
        ("User-agent: *\nDisallow: /a\nAllow: /a", "/a", True),
    ],
)
def test_robots_txt_is_read_as_the_standard_says(rules: str, path: str, allowed: bool):
    assert robots_of(rules, "Uptake").allows(path) is allowed


@given(st.text(), st.text())
def test_no_robots_txt_breaks_anything(rules: str, path: str):
    robots_of(f"User-agent: *\nDisallow: {rules}\n{rules}", "Uptake").allows(path)


def test_a_robots_txt_full_of_stars_takes_no_time():
    rules = "User-agent: *\nDisallow: /" + "*a" * 100_000 + "$"
    assert robots_of(rules, "Uptake").allows("/" + "a" * 5000 + "b")


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0"),
        *("100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "ff02::1"),
        *("::127.0.0.1", "2001:0:0:0:0:0:80ff:fffe", "198.18.0.1", "240.0.0.1", "192.0.2.1"),
        *("fec0::1", "::ffff:0:10.0.0.1", "2607:f8b0::5efe:10.0.0.1", "64:ff9b:1:a00:0:100::808"),
        *("3fff::1", "5f00::1", "192.0.0.8", "192.88.99.1", "168.63.129.16"),
    ],
)
def test_no_address_that_is_not_public_is_fit(address: str):
    assert not is_fit(ipaddress.ip_address(address))


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_what_is_fit_is_public_and_naming_a_host_never_opens_the_link(address):
    if is_fit(address):
        assert address.is_global
    if address.is_link_local or address.is_multicast or address.is_unspecified:
        assert not is_fit(address, named=True)


@pytest.mark.parametrize("address", ["169.254.169.254", "::ffff:169.254.169.254", "fe80::1"])
def test_a_named_host_does_not_lead_to_the_clouds_credentials(address: str):
    web = Web(frozenset({"wiki"}), frozenset({"wiki"}), resolve=lambda host, port: [address])
    with pytest.raises(SourceFailed, match="private address"):
        web.get("http://wiki/")


def test_a_private_host_is_not_asked_unless_it_is_named(tmp_path: Path, web: Site):
    web.pages["/a"] = PAGE.format("a")
    home = Home(tmp_path)
    home.add("wiki", "page", f"{web.base}/a")
    assert "UPTAKE_PRIVATE_HOSTS" in reason(home)
    assert web.asked == []


@pytest.mark.parametrize("host", ["localhost", "127.1", "2130706433", "0x7f000001", "[::1]"])
def test_other_ways_to_write_this_machine_are_found_out(host: str, web: Site):
    hosts = frozenset({f"{host.strip('[]')}:{web.port}"})
    with pytest.raises(SourceFailed, match=r"private address|no host"):
        Web(hosts).get(f"http://{host}:{web.port}/a")
    assert web.asked == []


def test_one_private_address_among_public_ones_is_enough_to_refuse(web: Site):
    allowed = Web(frozenset({"x.example"}), resolve=lambda *a: ["93.184.216.34", "10.0.0.1"])
    with pytest.raises(SourceFailed, match="private address"):
        allowed.get("http://x.example/")


def test_a_name_that_changes_its_mind_is_asked_once_and_where_it_was_checked(web: Site):
    web.pages["/a"] = "fine"
    answers = [["127.0.0.1"], ["10.0.0.1"]]
    host = f"intranet.example:{web.port}"
    seen = Web(frozenset({host}), frozenset({host}), resolve=lambda *a: answers.pop(0))
    assert seen.get(f"http://{host}/a").body == b"fine"
    assert answers == [["10.0.0.1"]]
    assert web.headers[0]["Host"] == host


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://elsewhere.example/",
        "file:///etc/passwd",
        "gopher://x/",
        "//evil.example/",
        "http://a:b@127.0.0.1/",
        "http://[::1/",
        "http://127.0.0.1:22/",
    ],
)
def test_a_redirect_leads_nowhere_that_is_not_named(target: str, home: Home, web: Site):
    web.pages["/a"] = (302, {"Location": target}, b"")
    home.add("wiki", "page", f"{web.base}/a")
    assert reason(home)
    assert home.texts() == []
    assert set(web.asked) == {"/robots.txt", "/a"}


def test_a_redirect_within_the_site_is_followed_but_not_for_ever(home: Home, web: Site):
    web.pages |= {"/a": (301, {"Location": "/b"}, b""), "/b": PAGE.format("b")}
    home.add("wiki", "page", f"{web.base}/a")
    assert home.sync()[0].fine
    web.pages["/a"] = (301, {"Location": "/a"}, b"")
    assert "redirects more than" in reason(home)


def test_a_redirect_into_what_robots_txt_keeps_back_is_not_taken(home: Home, web: Site):
    web.pages |= {
        "/robots.txt": "User-agent: *\nDisallow: /private",
        "/a": (302, {"Location": "/private/b"}, b""),
        "/private/b": PAGE.format("b"),
    }
    home.add("wiki", "page", f"{web.base}/a")
    assert "robots.txt" in reason(home)
    assert home.texts() == []


ELSEWHERE = (302, {"Location": "https://sign-in.example/"}, b"")
CLOSED = {
    "no-name": (401, {}, b""),
    "no-right": (403, {}, b""),
    "sign-in-elsewhere": ELSEWHERE,
    "sign-in-here": (302, {"Location": "/login?next=a"}, b""),
}


@pytest.mark.parametrize("closed", CLOSED)
def test_a_page_that_strangers_may_not_see_any_more_is_quoted_no_more(
    closed: str, home: Home, web: Site
):
    web.pages |= {f"/{n}": PAGE.format(n) for n in ("a", "b", "c", "login")}
    web.pages |= {
        "/robots.txt": "User-agent: *\nDisallow: /login",
    }
    web.pages["/map.xml"] = sitemap(web, "/a", "/b")
    home.add("wiki", "sitemap", f"{web.base}/map.xml")
    home.add("page", "page", f"{web.base}/c")
    home.sync()
    assert sorted(home.texts()) == ["Words of a.", "Words of b.", "Words of c."]
    web.pages |= dict.fromkeys(("/a", "/c"), CLOSED[closed])
    assert not any(each.fine for each in home.sync())
    assert home.texts() == ["Words of b."]
    # One that has a fault for the moment keeps what it had.
    web.pages["/b"] = (503, {}, b"")
    home.sync()
    assert home.texts() == ["Words of b."]


def test_of_a_site_that_is_put_behind_a_sign_in_no_page_stays(home: Home, web: Site):
    web.pages |= {f"/{n}": PAGE.format(n) for n in ("a", "b")}
    web.pages["/map.xml"] = sitemap(web, "/a", "/b")
    home.add("wiki", "sitemap", f"{web.base}/map.xml")
    home.sync()
    web.pages["/map.xml"] = (500, {}, b"")
    home.sync()
    assert len(home.texts()) == 2
    web.pages["/map.xml"] = ELSEWHERE
    assert "sign-in.example" in reason(home)
    assert home.texts() == []


def trickling(handler: BaseHTTPRequestHandler) -> None:
    import threading

    handler.send_response(200)
    handler.end_headers()
    gone = threading.Event()
    try:
        while not gone.wait(0.02):
            handler.wfile.write(b"x")
    except OSError:
        gone.set()


def endless(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    try:
        for _ in range(10_000):
            handler.wfile.write(b"x" * 10_000)
    except OSError:
        return


def garbage(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"\x00\x01 not http\r\n\r\n")


def headers(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    for number in range(500):
        handler.send_header(f"X-{number}", "y" * 100)
    handler.end_headers()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (trickling, "takes more than"),
        (endless, "more than"),
        (garbage, "does not answer"),
        (headers, "does not answer"),
        ((200, {"Content-Type": "image/png"}, b"\x89PNG"), "image/png"),
        ((200, {"Content-Encoding": "gzip"}, gzip.compress(b"x")), "compressed"),
        ((403, {}, b""), "403"),
        ((200, {"Content-Type": "text/html"}, b""), ""),
    ],
)
def test_a_hostile_server_costs_one_sentence(answer, said: str, home: Home, web: Site):
    web.pages["/a"] = answer
    home.options["web_limits"] = WebLimits(bytes=2_000_000, seconds=1.0)
    home.add("wiki", "page", f"{web.base}/a")
    (outcome,) = home.sync()
    assert not outcome.fine
    assert said in outcome.says + "".join(each.reason for each in outcome.problems)


def test_strangers_pages_do_not_choose_their_link_or_widen_their_audience(home: Home, web: Site):
    page = b"---\nlink: https://evil.example/login\naudience: everyone\n---\nWords."
    web.pages["/a"] = (200, {"Content-Type": "text/markdown"}, page)
    home.add("wiki", "page", f"{web.base}/a", audience="champions")
    home.sync()
    assert [(each.link, each.audience) for each in home.passages()] == [
        (f"{web.base}/a", "champions")
    ]


def test_a_page_in_the_encoding_its_server_names_is_read(home: Home, web: Site):
    body = PAGE.format("Prüfung").encode("latin-1")
    web.pages["/a"] = (200, {"Content-Type": "text/html; charset=iso-8859-1"}, body)
    home.add("wiki", "page", f"{web.base}/a")
    home.sync()
    assert home.texts() == ["Words of Prüfung."]
