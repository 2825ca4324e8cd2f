/** Text outside of fenced code, in which a `#` begins a comment, and brackets are no links. */
const prose = (markdown: string): string => markdown.replace(/^( *)(```|~~~)[\s\S]*?^\1\2/gm, '');

/**
 * The anchor that GitHub gives to a heading: its text in lower case, without punctuation, with hyphens for spaces.
 *
 * @see https://docs.github.com/en/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax#section-links
 */
const slug = (heading: string): string =>
  heading
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}_\- ]/gu, '')
    .replaceAll(' ', '-');

/** Every anchor of a page; a heading that comes again is numbered. */
export function anchorsOf(markdown: string): string[] {
  const seen = new Map<string, number>();
  return [...prose(markdown).matchAll(/^#{1,6} +(.+?) *#*$/gm)].map(([, heading = '']) => {
    const anchor = slug(heading);
    const before = seen.get(anchor) ?? 0;
    seen.set(anchor, before + 1);
    return before === 0 ? anchor : `${anchor}-${before}`;
  });
}

/** Where the links and pictures of a page lead. */
export const linksOf = (markdown: string): string[] =>
  [
    ...prose(markdown)
      .replaceAll(/`[^`\n]*`/g, '')
      .matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)|^\[[^\]]+\]: (\S+)/gm),
  ].map(([, inline, reference]) => inline ?? reference ?? '');
