// The site of the documentation: the pages of docs/ as they stand there, with navigation and search. `npm run docs` builds it.
import { readdirSync } from 'node:fs';
import { type DefaultTheme, defineConfig } from 'vitepress';

const docs = new URL('../', import.meta.url);

/** The pages of a folder, by what they are called there. */
function pagesOf(folder: string): DefaultTheme.SidebarItem[] {
  return readdirSync(new URL(`${folder}/`, docs))
    .filter((name) => name.endsWith('.md') && name !== 'README.md')
    .map((name) => name.slice(0, -'.md'.length))
    .map((name) => ({ text: name, link: `/${folder}/${name}` }));
}

export default defineConfig({
  title: 'Lintel',
  description: 'Checks firewall and proxy configuration against documented requirements.',
  // The pages are read on GitHub as well, where a folder shows its README.
  rewrites: { ':folder/README.md': ':folder/index.md' },
  // Nothing is loaded from elsewhere, and no icon is asked for.
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  // Text in angle brackets or braces is text: the words of nft and the placeholders of templates, which Vue would fill in.
  markdown: {
    html: false,
    config({ renderer: { rules } }) {
      for (const rule of ['text', 'code_inline'] as const) {
        const usual = rules[rule];
        if (usual) rules[rule] = (...parameters) => usual(...parameters).replaceAll('{{', '&#123;&#123;');
      }
    },
  },
  themeConfig: {
    search: {
      provider: 'local',
      // Addresses, hosts and codes are words of their own.
      options: { miniSearch: { options: { tokenize: (text) => text.split(/[\s,;()"'`|]+/) } } },
    },
    outline: [2, 3],
    nav: [
      { text: 'Tutorials', link: '/tutorials/first-check' },
      { text: 'Findings', link: '/findings/' },
      { text: 'Dialects', link: '/dialects/' },
      { text: 'Packs', link: '/packs/' },
      { text: 'Reference', link: '/reference/command-line' },
    ],
    sidebar: [
      {
        text: 'Tutorials',
        items: [
          { text: 'From nothing to a green check', link: '/tutorials/first-check' },
          { text: 'Adopt it with a baseline', link: '/tutorials/adopt' },
          { text: 'Requirements of your own', link: '/tutorials/own-requirements' },
          { text: 'Plan a new site', link: '/tutorials/plan-a-site' },
          { text: 'In the pipeline', link: '/pipelines/' },
        ],
      },
      {
        text: 'Other editors',
        items: [
          { text: 'Install', link: '/editors/' },
          { text: 'Neovim', link: '/editors/neovim' },
          { text: 'Helix', link: '/editors/helix' },
          { text: 'Emacs', link: '/editors/emacs' },
          { text: 'Sublime Text', link: '/editors/sublime-text' },
          { text: 'JetBrains', link: '/editors/jetbrains' },
        ],
      },
      {
        text: 'Reference',
        items: [
          { text: 'The command line', link: '/reference/command-line' },
          { text: 'lintel.yaml', link: '/reference/lintel-yaml' },
          { text: 'The library', link: '/reference/library' },
          { text: 'VS Code', link: '/reference/settings' },
        ],
      },
      { text: 'Findings', link: '/findings/', collapsed: true, items: pagesOf('findings') },
      { text: 'Dialects', link: '/dialects/', collapsed: true, items: pagesOf('dialects') },
      { text: 'Packs', link: '/packs/', collapsed: true, items: pagesOf('packs') },
    ],
  },
});
