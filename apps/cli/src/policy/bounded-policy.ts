import { createContext, Script } from 'node:vm';
import { preset, type Policy, type Vote } from '@nopage/reporter';

/**
 * The policy, each of whose votes may take so long. One that has not come back by then is stopped, which is complained
 * of, and `recommended` votes from that event on: a run of hours goes on, and hears Ctrl-C again. It costs a vote about
 * 60 us, for the thread that watches it.
 *
 * @param seconds - How long a vote may take.
 */
export function boundedPolicy(policy: Policy, seconds: number, complain: (text: string) => void): Policy {
  // Only a script can be stopped from outside, so the vote is called by one.
  const script = new Script('vote()');
  const stage = { vote: (): Vote | null => null };
  createContext(stage);
  const standIn = preset('recommended').policy;
  const standInState = standIn.init();
  let overran = false;
  return {
    name: policy.name,
    codes: [...new Set([...policy.codes, ...standIn.codes])],
    init: () => policy.init(),
    vote(event, view, state) {
      if (overran) return standIn.vote(event, view, standInState);
      stage.vote = () => policy.vote(event, view, state);
      try {
        return script.runInContext(stage, { timeout: 1000 * seconds }) as Vote;
      } catch (error) {
        if ((error as NodeJS.ErrnoException | null)?.code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
      }
      overran = true;
      complain(`a vote of policy ${policy.name} has not come back after ${seconds} s: recommended votes from now on`);
      return standIn.vote(event, view, standInState);
    },
  };
}
