/** What a page must show as it stands, and never act on. `owned` is what any of it would do if it ran. */
export const MARKUP: readonly string[] = [
  `<img src=x onerror="document.title='owned'">`,
  `<script>document.title='owned'</script>`,
  `</script><script>alert(1)</script>`,
  `<svg onload="document.title='owned'"><a href="javascript:alert(1)"><text>svg</text></a></svg>`,
  `"><iframe srcdoc="<script>parent.document.title='owned'</script>"></iframe>`,
  `<form action="//evil.example"><input autofocus onfocus="alert(1)"></form>`,
  `<style>body { display: none }</style><base href="//evil.example/">`,
  `<details open ontoggle=alert(1)>details</details>`,
  "[press me](javascript:alert(1)) and [me](JaVaScRiPt:alert(1)) and <javascript:alert(1)>",
  "[data](data:text/html,<script>alert(1)</script>) and [vb](vbscript:x) and [file](file:///etc/passwd)",
  `![image](https://evil.example/pixel.png "title") and ![x](x" onerror="alert(1))`,
  "[//evil.example](//evil.example/a) {{constructor.constructor('alert(1)')()}} ${alert(1)}",
];

/** Overrides the direction of what follows, rings, clears screens, and piles marks on a letter. */
export const CONTROLS: readonly string[] = [
  "abc\u202Egnp.exe\u202D\u2066\u2067 end of the override is missing",
  "bell\u0007 escape\u001B[2J\u001B]0;title\u0007 back\u0008 c1\u0085\u009B line\u2028paragraph\u2029 zero\u200B\uFEFF",
  `z${"\u0334\u035C\u0360".repeat(200)}lgo`,
  `${"\u{1F468}\u200D".repeat(100)} unpaired \uD83D end`,
];

/** No space in it, so that nothing can break it. */
export const LONG_LINE = `long ${"<b>x</b>".repeat(131_072)}`;
