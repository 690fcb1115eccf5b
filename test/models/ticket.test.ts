// The ticket form, in the many ways people fill it in.
import { expect } from 'chai';
import { parseTicket, type Ticket } from '../../src/models/ticket.ts';

const NOTHING: Ticket = {
  product: null,
  organisation: null,
  domain: null,
  skills: [],
  mentors: [],
  angel_mentors: [],
  complexity: null,
  category: [],
  sub_category: [],
  missing_fields: ['Product Name', 'Complexity', 'Category', 'Mentor(s)', 'Tech Skills Needed'],
};

const CURRENT_FORM = `### Ticket Contents

## Description
[Provide a brief description of the feature, including why it is needed and what it will accomplish.]

### Goals

## Goals
- [ ] [Goal 1]
- [x] [Goal 2]

### Expected Outcome from Mentor

ok

### Acceptance Criteria

_No response_

### Implementation Details

\`\`\`sh
# Product Name
npm install
\`\`\`

### Mockups/Wireframes

_No response_

### Product Name

Sunbird RC

### Organisation Name

SamagraX

### Domain

Education

### Tech Skills Needed

Node.js, C#, .NET, CI/CD

### Mentorship Status

Mentorship Completed

### Organizational Mentor

[tanishk2907](https://github.com/tanishk2907)

### Angel Mentor

@asha-rao

### Complexity

Medium

### Category

API, Backend`;

const DMP_FORM = `### Ticket Contents

Train a model.

### Goals & Mid-Point Milestone

## Goals
- [ ] [Goals Achieved By Mid-point Milestone]

### Setup/Installation

_No response_

### Product Name

Bandhu

### Organisation Name

Mojaloop

### Domain

Healthcare

### Tech Skills Needed

Artificial Intelligence, ASP.NET

### Mentor(s)

@praveenkumar911 

### Category

Accessibility, Configuration`;

const OLD_FORM = `## Project Details
### Product Name
Bhashini
### Organization Name:
**EkStep**
### Domain
Language
### Tech Skills Needed:
* Python
* \`FastAPI\`
### Mentor(s)
@<Mentor1>
Ravi Kumar and @meera
### Complexity
Pick one of [High]/[Medium]/[Low]
### Category
Pick one or more of [Deployment], [CI/CD], [Integration]
### Sub Category
[API], [Database]`;

const forms: readonly (readonly [note: string, body: string | null, expected: Partial<Ticket>])[] = [
  ['no body at all', null, NOTHING],
  ['an empty body', '', NOTHING],
  ['a body without the form', 'It crashes.\n\n## Steps\n\n1. Open it', NOTHING],
  [
    'the current form',
    CURRENT_FORM,
    {
      product: 'Sunbird RC',
      organisation: 'SamagraX',
      domain: 'Education',
      skills: ['Node.js', 'C#', '.NET', 'CI/CD'],
      mentors: ['tanishk2907'],
      angel_mentors: ['asha-rao'],
      complexity: 'Medium',
      category: ['API', 'Backend'],
      sub_category: [],
      missing_fields: [],
    },
  ],
  [
    'the current form from Windows',
    CURRENT_FORM.replaceAll('\n', '\r\n'),
    { product: 'Sunbird RC', missing_fields: [] },
  ],
  [
    "the mentoring programme's form, which asks for no complexity",
    DMP_FORM,
    {
      complexity: null,
      mentors: ['praveenkumar911'],
      skills: ['Artificial Intelligence', 'ASP.NET'],
      missing_fields: [],
    },
  ],
  [
    'that form, where somebody asks for complexity and leaves it empty',
    `${DMP_FORM}\n\n### Complexity\n\n_No response_`,
    { missing_fields: ['Complexity'] },
  ],
  [
    'the current form with complexity taken out',
    CURRENT_FORM.replace('### Complexity\n\nMedium', ''),
    { missing_fields: ['Complexity'] },
  ],
  [
    'the oldest form, its hints unfilled',
    OLD_FORM,
    {
      product: 'Bhashini',
      organisation: 'EkStep',
      skills: ['Python', 'FastAPI'],
      mentors: ['Ravi Kumar', 'meera'],
      complexity: null,
      category: [],
      sub_category: ['API', 'Database'],
      missing_fields: ['Complexity', 'Category'],
    },
  ],
  ['an empty Project above a Project Name', '## Project\n\n### Project Name\n\nDIGIT', { product: 'DIGIT' }],
  ['a heading twice: the first value counts', '## Domain\n\nA\n\n## Domain\n\nB', { domain: 'A' }],
  [
    'underlined headings',
    'Product Name\n------------\nDIGIT\n\nDomain\n===\nHealth',
    { product: 'DIGIT', domain: 'Health' },
  ],
  [
    'a value beside the heading',
    '### Complexity: High\n### Domain: Health\n',
    { complexity: 'High', domain: 'Health' },
  ],
  ['a paragraph over two lines', '### Product Name\n\nCode for\nGovTech', { product: 'Code for GovTech' }],
  [
    'a comment in front',
    '### Domain\n\n<!-- e.g.\n\n### Product Name\nFoo -->\n\nHealth',
    { domain: 'Health', product: null },
  ],
  ['a comment beside', '### Domain\n\nHealth <!-- pick one -->', { domain: 'Health' }],
  ['headings in a code block', '```\n### Domain\n\nHealth\n```', { domain: null }],
  [
    'headings in code in a list',
    '- ```\n  ### Domain\n  ```\n\n### Product Name\n\nDIGIT',
    { product: 'DIGIT', domain: null },
  ],
  ['headings in a quote', '> ### Domain\n> Health', { domain: null }],
];

const HEADINGS: readonly (readonly [heading: string, field: keyof Ticket | null])[] = [
  ['### Product Name', 'product'],
  ['# product name', 'product'],
  ['###### PRODUCT NAME:', 'product'],
  ['## **Product Name**', 'product'],
  ['### _Product Name_ *', 'product'],
  ['### Product Name ###', 'product'],
  ['### 📦 Product Name', 'product'],
  ['### Prodcut Name', 'product'],
  ['### Project', 'product'],
  ['### Project Name', 'product'],
  ['### Organisation Name', 'organisation'],
  ['### Organization Name:', 'organisation'],
  ['### Orgnisation Name', 'organisation'],
  ['### Domain', 'domain'],
  ['### Doman', 'domain'],
  ['### Tech Skills Needed', 'skills'],
  ['### Tech Skill Needed:', 'skills'],
  ['### Tech Skills Needed (comma separated)', 'skills'],
  ['### Mentor(s)', 'mentors'],
  ['### Mentors', 'mentors'],
  ['### Mentor', 'mentors'],
  ['### Organizational Mentor', 'mentors'],
  ['### Organisational Mentor(s)*', 'mentors'],
  ['### Angel Mentor', 'angel_mentors'],
  ['### Angle Mentor', 'angel_mentors'],
  ['### Category', 'category'],
  ['### Catagory', 'category'],
  ['### Categories', 'category'],
  ['### Sub Category', 'sub_category'],
  ['### Sub-category', 'sub_category'],
  ['### Subcategory', 'sub_category'],
  ['### Mentorship Status', null],
  ['### Expected Outcome from Mentor', null],
  ['### Contribution Type', null],
  ['### Project Details', null],
  ['### Mentees', null],
  ['### Ticket Contents', null],
  ['### Main', null],
  ['###Domain', null],
  ['### ', null],
];

describe('the ticket form', () => {
  for (const [note, body, expected] of forms) {
    it(`reads ${note}`, () => {
      expect(parseTicket(body)).to.deep.include(expected);
    });
  }

  for (const [heading, field] of HEADINGS) {
    it(`takes "${heading}" for ${field ?? 'none of its fields'}`, () => {
      const { missing_fields: _, ...fields } = parseTicket(`${heading}\n\nValue`);
      const filled = Object.entries(fields).filter(([, value]) => value !== null && value.length > 0);
      expect(filled).to.deep.equal(
        field === null ? [] : [[field, Array.isArray(NOTHING[field]) ? ['Value'] : 'Value']],
      );
    });
  }

  it('is satisfied by an angel mentor alone', () => {
    expect(parseTicket('### Angel Mentor\n\n@asha').missing_fields).not.to.include('Mentor(s)');
  });
});
