// How the setup pages look: one column of text, light or dark as the reader has it. They can be read without it too.

export const setupStyle = `:root {
  color-scheme: light dark;
  --ink: light-dark(#1c2024, #e6e8ea);
  --soft: light-dark(#5b646d, #a3abb3);
  --paper: light-dark(#fff, #15181b);
  --line: light-dark(#c4cbd2, #454d55);
  --link: light-dark(#0b57d0, #8ab4f8);
  --warn: light-dark(#8a5a00, #f0b84f);
  --fault: light-dark(#b3261e, #f2938c);
  --good: light-dark(#1a7f37, #6fcf8a);
}
* { box-sizing: border-box; }
body {
  max-width: 42rem;
  margin: 0 auto;
  padding: 2rem 1.25rem 4rem;
  background: var(--paper);
  color: var(--ink);
  font: 1rem/1.55 system-ui, sans-serif;
}
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 1rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
a { color: var(--link); overflow-wrap: anywhere; }
code, pre { font: .92em/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
pre { padding: .75rem 1rem; border: 1px solid var(--line); border-radius: .4rem; white-space: pre-wrap; }
label { display: block; margin-top: 1.25rem; font-weight: 600; }
.hint { margin: .1rem 0 .35rem; color: var(--soft); font-size: .92rem; }
input {
  width: 100%;
  padding: .5rem .65rem;
  border: 1px solid var(--line);
  border-radius: .4rem;
  background: transparent;
  color: inherit;
  font: inherit;
}
button {
  margin-top: 1.5rem;
  padding: .6rem 1.2rem;
  border: 0;
  border-radius: .4rem;
  background: var(--link);
  color: var(--paper);
  font: inherit;
  font-weight: 600;
  cursor: pointer;
}
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.note { margin: 1rem 0; padding: .6rem 1rem; border-left: .3rem solid var(--warn); }
.fault { border-left-color: var(--fault); }
.good { border-left-color: var(--good); }
.note > :first-child { margin-top: 0; }
.note > :last-child { margin-bottom: 0; }
dt { font-weight: 600; }
dd { margin: 0 0 .5rem; overflow-wrap: anywhere; }
`;
