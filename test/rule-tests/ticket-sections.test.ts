// A ticket's fields written into a body that may be anybody's.
import { expect } from 'chai';
import { parseTicket } from '../../src/models/ticket.ts';
import { withSection } from '../../src/rule-tests/ticket-sections.ts';

describe('a field written into the form', () => {
  it('takes the place of what was there, whatever signs close its heading', () => {
    for (const heading of ['### Complexity', '## complexity: ##', '#  Complexity  #']) {
      const body = withSection(`Hello\n${heading}\n\nLow\n\n### Category\n\nBackend`, 'complexity', 'High');
      expect(body.match(/complexity/gi), heading).to.have.length(1);
      expect(parseTicket(body)).to.include({ complexity: 'High' });
    }
  });

  it('comes to an end however long a line is', () => {
    // What takes four times as long for twice the blanks would take minutes.
    const body = `# ${' '.repeat(500_000)}x\n# ${'#'.repeat(500_000)}x`;
    expect(parseTicket(withSection(body, 'complexity', 'High'))).to.include({ complexity: 'High' });
  });
});
