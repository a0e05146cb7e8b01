/** E-mail files: what real programs write is read, what is none is refused, and nothing breaks the reader. */

import assert from "node:assert/strict";
import test from "node:test";

import { EmlRefused, readEml } from "../../../templates/desk/onbehalf/eml.js";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const crlf = (...lines: string[]): Uint8Array => utf8(lines.join("\r\n"));

test("a plain message gives sender, subject, day and text, and not the servers on its way", () => {
  const read = readEml(crlf("Received: from [10.1.2.3] by mail", "From: =?UTF-8?B?5p2O5ZubIDxsaUBleGFtcGxlLm9yZz4=?=", "Subject: =?gb2312?B?suK5urvYv9g=?=", "Date: Thu, 12 Mar 2026 09:30:00 +0800 (CST)", "Content-Type: text/plain; charset=utf-8", "", "采购回扣。", "第二行"));
  assert.equal(read.from, "李四 <li@example.org>");
  assert.equal(read.received, "2026-03-12");
  assert.equal(read.text, "采购回扣。\n第二行");
  assert.doesNotMatch(JSON.stringify(read), /10\.1\.2\.3/);
  assert.notEqual(read.subject, "");
});

const multipart = crlf(
  "From: a@example.org", "Subject: =?utf-8?Q?a=5Fb_c?=", "MIME-Version: 1.0", 'Content-Type: multipart/mixed; boundary="outer"', "", "preamble",
  "--outer", 'Content-Type: multipart/alternative; boundary=inner', "",
  "--inner", "Content-Type: text/plain; charset=gb18030", "Content-Transfer-Encoding: base64", "", "suK5urvYv9s=",
  "--inner", "Content-Type: text/html", "", "<p>not this</p>", "--inner--",
  "--outer", "Content-Type: image/jpeg", "Content-Disposition: attachment; filename*=UTF-8''%E5%8F%91%E7%A5%A8.jpg", "Content-Transfer-Encoding: base64", "", "/9j/", "--outer--", "epilogue",
);

test("parts: the plain text is taken, in its charset; attachments keep name and bytes", () => {
  const { text, files, subject } = readEml(multipart);
  assert.equal(text, new TextDecoder("gb18030").decode(Uint8Array.from(atob("suK5urvYv9s="), (char) => char.charCodeAt(0))));
  assert.equal(subject, "a_b c");
  assert.deepEqual(files.map(({ name, type, content }) => [name, type, content.length]), [["发票.jpg", "image/jpeg", 3]]);
});

test("a message of HTML alone becomes words, with no tag left", () => {
  const { text } = readEml(crlf("From: a@example.org", "Content-Type: text/html; charset=utf-8", "", "<style>p{}</style><p>Tom &amp; J&#39;s</p><script>x()</script><div>2</div>"));
  assert.match(text, /^Tom & J's\n2/);
  assert.doesNotMatch(text, /<|x\(\)/);
});

test("a name leads out of no folder", () => {
  const { files } = readEml(crlf("From: a@example.org", "Content-Type: application/pdf", 'Content-Disposition: attachment; filename="../../etc/passwd"', "", "x"));
  assert.equal(files[0]?.name, "_._.._etc_passwd");
});

test("what is no e-mail, too deep or too large is refused in so many words", () => {
  const fault = (bytes: Uint8Array): string => {
    try {
      readEml(bytes);
    } catch (error) {
      return error instanceof EmlRefused ? error.fault : String(error);
    }
    return "taken";
  };
  assert.equal(fault(utf8("%PDF-1.7 nothing here")), "not-an-email");
  assert.equal(fault(crlf("X-Only: this", "", "x")), "not-an-email");
  assert.equal(fault(utf8(`From: ${"x".repeat(70_000)}\r\n\r\nx`)), "too-large");
  const deep = Array.from({ length: 12 }, (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\r\n\r\n--b${at}\r\n`).join("");
  assert.equal(fault(utf8(`From: a@example.org\r\n${deep}`)), "too-deep");
  assert.equal(fault(utf8(`From: a@example.org\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${"--b\r\n\r\nx\r\n".repeat(100)}`)), "too-deep");
});

test("changed bytes are read or refused, and never break the reader", () => {
  let seed = 7;
  const below = (n: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed % n;
  };
  let refused = 0;
  for (let turn = 0; turn < 1500; turn += 1) {
    const bytes = multipart.slice();
    for (let times = 1 + below(6); times > 0; times -= 1) bytes[below(bytes.length)] = below(256);
    try {
      const { text, files } = readEml(bytes.slice(0, 1 + below(bytes.length)));
      assert.ok(text.length <= 65_536 && files.length <= 64);
    } catch (error) {
      assert.ok(error instanceof EmlRefused, String(error));
      refused += 1;
    }
  }
  assert.ok(refused > 50 && refused < 1450, String(refused));
});
