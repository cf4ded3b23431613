import type { Database } from '@finance/schema';
import { expect } from 'vitest';
import { answerOfIndex, answerOfSql } from '../audit/answers.ts';
import { sampleQuestion } from '../audit/question.ts';
import { createRandom } from '../audit/random.ts';
import type { IndexReplica } from '../live-index-host.ts';

const comparedQuestions = 40;

/** Compares a replica with SQL on a database that nobody writes to. */
export async function expectSameAsSql(replica: IndexReplica, database: Database): Promise<void> {
  await database.snapshot(new AbortController().signal, async (session) => {
    for (let seed = 0; seed < comparedQuestions; seed += 1) {
      const question = (await sampleQuestion(session, createRandom(seed)))!;
      const answer = await answerOfSql(session, question);
      const view = await replica.at({ kind: 'latest' });
      expect(answerOfIndex(view!.index, question)).toEqual(answer);
    }
  });
}
