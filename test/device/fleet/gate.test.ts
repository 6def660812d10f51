import { Gate } from '../../../device/fleet/gate';

test('lets no more tasks run than it has places, and the others in their order', async () => {
  const gate = new Gate(2);
  const started: number[] = [];
  const finish: (() => void)[] = [];
  const task = (index: number) => () =>
    new Promise<void>((resolve) => {
      started.push(index);
      finish.push(resolve);
    });
  const all = [1, 2, 3, 4].map((index) => gate.pass(task(index)));
  expect(started).toEqual([1, 2]);

  finish[1]?.();
  await all[1];
  expect(started).toEqual([1, 2, 3]);

  finish[0]?.();
  await all[0];
  expect(started).toEqual([1, 2, 3, 4]);
  finish[2]?.();
  finish[3]?.();
  await Promise.all(all);
});

test('a task that fails gives its place back', async () => {
  const gate = new Gate(1);

  await expect(gate.pass(() => Promise.reject(new Error('no')))).rejects.toThrow('no');

  await expect(gate.pass(async () => 'yes')).resolves.toBe('yes');
});
