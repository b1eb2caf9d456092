// What a page does beyond what HTML does by itself. Without it, everything is still there to be read.

(() => {
  const editor = typeof acquireVsCodeApi === 'function' ? acquireVsCodeApi() : undefined;
  // What is kept when the editor makes the page anew: what is open, and where it was scrolled to.
  const state = { ...editor?.getState() };
  const remember = (more) => {
    Object.assign(state, more);
    editor?.setState(state);
  };
  const folds = [...document.querySelectorAll('details[data-key]')];

  const goTo = (name) => {
    const fold = document.getElementById(name)?.closest('details');
    if (!fold) return false;
    fold.open = !fold.open;
    if (fold.open) {
      fold.querySelector('summary').focus({ preventScroll: true });
      const isTall = fold.getBoundingClientRect().height > innerHeight;
      fold.scrollIntoView({ block: isTall ? 'start' : 'nearest' });
    }
    return true;
  };

  const copy = async (button) => {
    const source = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.textContent);
    } catch {
      // Where the page may not use the clipboard, the text is selected to be copied by hand.
      source.closest('details')?.setAttribute('open', '');
      getSelection().selectAllChildren(source);
      document.execCommand('copy');
    }
    document.getElementById('said').textContent = 'Copied.';
    button.classList.add('done');
  };

  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (link && goTo(link.hash.slice(1))) event.preventDefault();
    const button = event.target.closest('button[data-copy]');
    if (button) void copy(button);
  });

  // On paper everything is open.
  let before = [];
  addEventListener('beforeprint', () => {
    before = folds.filter((fold) => !fold.open);
    for (const fold of before) fold.open = true;
  });
  addEventListener('afterprint', () => {
    for (const fold of before) fold.open = false;
  });

  if (!editor) return;
  // What this page is about, by which the editor makes it anew after a reload.
  const { shown } = document.body.dataset;
  if (shown) remember({ shown: JSON.parse(decodeURIComponent(shown)) });
  if (state.changed) {
    for (const fold of folds) {
      const isOpen = state.changed[fold.dataset.key];
      if (isOpen !== undefined) fold.open = isOpen;
    }
  }
  for (const fold of folds) {
    const first = fold.open;
    fold.addEventListener('toggle', () => {
      if (fold.open !== first || state.changed?.[fold.dataset.key] !== undefined)
        remember({ changed: { ...state.changed, [fold.dataset.key]: fold.open } });
    });
  }
  addEventListener('scroll', () => remember({ top: scrollY }), { passive: true });
  scrollTo(0, state.top ?? 0);
})();
