import { runScript, type Script } from '../../../src/machine/windows/scripts.js';
import { hostileValues } from '../../support/hostile-values.js';

/** What run-script.ps1 does, for many rounds in one PowerShell: its own functions, only the last line differs. */
export const manyRounds: Script = {
  ...runScript,
  text: `${runScript.text.slice(0, runScript.text.indexOf('Invoke-Answer $input'))}
Invoke-Answer $input {
    param($request, $password)
    $results = @(foreach ($round in $request.rounds) { Invoke-Script $round $round.password { param($command, $splat) Invoke-Tool $command $splat } })
    @{ results = $results }
}`,
};

/** TORTURE=full sends so many that the figure can be compared with that of `npm run torture`. */
export const valueCount = process.env.TORTURE === 'full' ? 2_000 : 200;
export const values = hostileValues(valueCount);
export const parameterNames = ['DPMServerName', 'PSName', 'UserName'] as const;

/** A round for each value: it is every parameter of the script, and its password; an empty one is a value like any. */
export const roundsFor = (path: string, secure: boolean): readonly unknown[] =>
  values.map((value) => ({
    path,
    parameters: parameterNames.map((name) => [name, value]),
    passwordParameter: { name: 'Password', secure },
    password: value,
  }));
