/** Examples of the documentation. */
export const QUESTION_ID = '0b8a4c1e-6d2f-4a3b-9c5d-7e8f9a0b1c2d';

const CHOICES = [
  {
    id: 'a',
    text: 'arena 0, pool 3, block 12 (0x40000000c270)',
    block: { arena: 0, pool: 3, index: 12, address: '0x40000000c270' },
  },
  {
    id: 'b',
    text: 'arena 0, pool 3, block 5 (0x40000000c120)',
    block: { arena: 0, pool: 3, index: 5, address: '0x40000000c120' },
  },
];

export const DRAFT_EXAMPLE = {
  id: QUESTION_ID,
  kind: 'next-block',
  status: 'draft',
  prompt: 'The next request asks for 48 bytes. Which block is handed out?',
  choices: CHOICES,
  event: 1200,
  deadline: null,
  attempts: 1,
  points: 0,
  answered: 0,
  right: 'b',
  explanation:
    'Pool 3 of arena 0 is at the front of the list for blocks of 48 bytes. It hands out the block that was freed last, and that is block 5.',
  answeredBy: [],
  histogram: [
    { answer: 'a', count: 0 },
    { answer: 'b', count: 0 },
  ],
};

export const ASKED_EXAMPLE = { ...DRAFT_EXAMPLE, status: 'asked', deadline: 1_795_385_460_000, points: 1 };

export const RESULTS_EXAMPLE = {
  questions: [
    { ...ASKED_EXAMPLE, status: 'revealed', answered: 1, answeredBy: ['5f0d8d3e-1111-4222-8333-944444444444'] },
  ],
  people: [
    {
      personId: '5f0d8d3e-1111-4222-8333-944444444444',
      name: 'Ada',
      removed: false,
      score: 1,
      answers: [
        {
          questionId: QUESTION_ID,
          answer: 'b',
          attempt: 1,
          right: true,
          points: 1,
          text: CHOICES[1].text,
          at: '2026-11-22T21:00:00.000Z',
        },
      ],
    },
  ],
};

export const CSV_EXAMPLE =
  'name,present,score,Q1: The next request asks for 48 bytes. Which block is handed out?,Q1 right,Q1 points\r\n' +
  'Ada,here,1,"arena 0, pool 3, block 5 (0x40000000c120)",yes,1\r\n';
