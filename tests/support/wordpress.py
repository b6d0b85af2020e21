"""A real WordPress on loopback, from Debian's package: its own MariaDB, PHP's own server, one a session."""

import json
import os
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.mediawiki import free_port
from tests.support.presence import absent

PACKAGE = Path("/usr/share/wordpress")
# Found before the package's own wp-config.php, because ABSPATH is defined already.
CONFIG = """<?php
define('DB_NAME', 'wordpress'); define('DB_USER', 'root'); define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:{socket}'); define('DB_CHARSET', 'utf8mb4'); define('DB_COLLATE', '');
define('WP_HOME', '{address}'); define('WP_SITEURL', '{address}');
define('WP_CONTENT_DIR', '{folder}/wp-content'); define('DISABLE_WP_CRON', true);
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('AUTH_KEY', 'for tests'); define('SECURE_AUTH_KEY', 'for tests'); define('LOGGED_IN_KEY', 'for tests');
define('NONCE_KEY', 'for tests'); define('AUTH_SALT', 'for tests'); define('SECURE_AUTH_SALT', 'for tests');
define('LOGGED_IN_SALT', 'for tests'); define('NONCE_SALT', 'for tests'); define('FS_METHOD', 'direct');
$table_prefix = 'wp_';
require_once ABSPATH . 'wp-settings.php';
"""
PREPEND = "<?php define('ABSPATH', '{folder}/');\n"
INSTALL = """
define('WP_INSTALLING', true); $_SERVER['HTTP_HOST'] = '127.0.0.1'; require ABSPATH . 'wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('Test blog', 'admin', 'admin@example.org', true, '', 'a-Long-pass-1');
update_option('timezone_string', 'America/New_York');
foreach (get_posts(['post_type' => ['post', 'page'], 'post_status' => 'any', 'numberposts' => -1]) as $p)
    wp_delete_post($p->ID, true);
$ada = ['user_login' => 'ada', 'user_pass' => 'a-Long-pass-1', 'display_name' => 'Ada Example', 'role' => 'author'];
wp_insert_user($ada);
"""


@dataclass
class WordPress:
    """A running blog."""

    address: str
    folder: Path

    def php(self, code: str, **values: Any) -> Any:
        """Run PHP with WordPress loaded and $v holding the values; what it leaves in $said."""
        load = "$_SERVER['HTTP_HOST'] = '127.0.0.1'; require ABSPATH . 'wp-load.php'; "
        given = "$v = json_decode(getenv('VALUES'), true); $said = null; "
        return _php(self.folder, load + given + code + "; echo json_encode($said);", VALUES=json.dumps(values))

    def post(self, **values: Any) -> int:
        """Write a post or page as WordPress does; the values are those of wp_insert_post."""
        filled = {"post_status": "publish", "post_author": 2, **values}
        return int(self.php("$said = wp_insert_post(wp_slash($v['post']), true)", post=filled))

    def edit(self, number: int, **values: Any) -> None:
        self.php("wp_update_post(wp_slash($v['post']))", post={"ID": number, **values})

    def delete(self, number: int) -> None:
        self.php("wp_delete_post($v['id'], true)", id=number)

    def comment(self, post: int, text: str, author: str = "Bo", **values: Any) -> int:
        filled = {"comment_post_ID": post, "comment_content": text, "comment_author": author,
                  "comment_author_email": "bo@example.org", "comment_approved": 1, **values}  # fmt: skip
        return int(self.php("$said = wp_insert_comment(wp_slash($v['c']))", c=filled))

    def permalinks(self, structure: str) -> None:
        self.php("update_option('permalink_structure', $v['s']); flush_rewrite_rules(false)", s=structure)

    def clear(self) -> None:
        """Take all posts, pages, files and comments away."""
        self.php("foreach (get_posts(['post_type' => 'any', 'post_status' => 'any', 'numberposts' => -1]) as $p) "
                 "wp_delete_post($p->ID, true); "
                 "foreach (get_comments() as $c) wp_delete_comment($c, true)")  # fmt: skip

    def requests(self) -> list[str]:
        """Paths asked for since forget()."""
        return re.findall(r"\[\d{3}\]: GET (\S+)", (self.folder / "access.log").read_text(errors="replace"))

    def forget(self) -> None:
        os.truncate(self.folder / "access.log", 0)


def _php(folder: Path, code: str, **environment: str) -> Any:
    done = subprocess.run(
        ["php", "-d", f"auto_prepend_file={folder}/prepend.php", "-d", "display_errors=stderr", "-r", PREPENDED + code],
        capture_output=True, text=True, env={**os.environ, **environment, "FOLDER": str(folder)}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return json.loads(done.stdout) if done.stdout.strip() else None


# Code given with -r is not preceded by the file named above.
PREPENDED = "if (!defined('ABSPATH')) define('ABSPATH', getenv('FOLDER') . '/'); "


def _database(folder: Path) -> "subprocess.Popen[bytes]":
    data, socket = folder / "database", folder / "sql.sock"
    user = [f"--user={'root' if os.getuid() == 0 else os.environ['USER']}"]
    subprocess.run(
        ["mariadb-install-db", "--no-defaults", f"--datadir={data}", "--skip-test-db", *user,
         "--auth-root-authentication-method=normal"],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    with (folder / "sql.log").open("wb") as log:
        server = subprocess.Popen(
            ["mariadbd", "--no-defaults", f"--datadir={data}", f"--socket={socket}", "--skip-networking", *user,
             "--innodb-buffer-pool-size=32M", "--innodb-flush-log-at-trx-commit=0", f"--pid-file={folder}/sql.pid"],
            stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    client = ["mariadb", "--no-defaults", f"--socket={socket}", "-uroot", "-e"]
    for _ in range(240):
        made = subprocess.run([*client, "CREATE DATABASE IF NOT EXISTS wordpress"], capture_output=True, check=False)
        if made.returncode == 0:
            return server
        time.sleep(0.25)
    raise AssertionError((folder / "sql.log").read_text()[-2000:])


def install(folder: Path) -> "tuple[WordPress, list[subprocess.Popen[bytes]]]":
    """Set up and serve a blog in `folder`."""
    if not PACKAGE.exists() or not all(map(shutil.which, ("php", "mariadbd", "mariadb-install-db", "mariadb"))):
        absent("WordPress is not here (Debian: wordpress mariadb-server php-cli php-mysql)")
    port = free_port()
    blog = WordPress(f"http://127.0.0.1:{port}", folder)
    for part in PACKAGE.iterdir():
        if part.name not in {"wp-content", "wp-config.php"}:
            (folder / part.name).symlink_to(part)
    (folder / "wp-content" / "uploads").mkdir(parents=True)
    said = CONFIG.format(socket=folder / "sql.sock", address=blog.address, folder=folder)
    (folder / "wp-config.php").write_text(said)
    (folder / "prepend.php").write_text(PREPEND.format(folder=folder))
    servers = [_database(folder)]
    _php(folder, INSTALL)
    with (folder / "access.log").open("ab") as log:
        servers.append(subprocess.Popen(
            ["php", "-d", f"auto_prepend_file={folder}/prepend.php", "-d", "display_errors=0",
             "-S", f"127.0.0.1:{port}", "-t", str(folder)],
            stdout=log, stderr=log, env={**os.environ, "PHP_CLI_SERVER_WORKERS": "3"}, start_new_session=True,
        ))  # fmt: skip
    _wait(blog.address)
    return blog, servers


def _wait(address: str) -> None:
    for _ in range(120):
        try:
            with urllib.request.urlopen(f"{address}/?rest_route=/", timeout=20) as answer:
                json.load(answer)
                return
        except urllib.error.HTTPError as error:
            raise AssertionError(f"WordPress answers {error.code}: {error.read()[:1000]!r}") from error
        except OSError:
            time.sleep(0.25)
    raise AssertionError("WordPress did not come up")


@pytest.fixture(scope="session")
def wordpress_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WordPress]:
    """The blog all tests share, because a database is slow to make."""
    blog, servers = install(tmp_path_factory.mktemp("wordpress"))
    yield blog
    for server in reversed(servers):
        os.killpg(server.pid, 15)
        server.wait(30)


@pytest.fixture
def wordpress(wordpress_server: WordPress) -> WordPress:
    """The blog, empty and with addresses that name the post."""
    wordpress_server.clear()
    wordpress_server.permalinks("/%postname%/")
    return wordpress_server
