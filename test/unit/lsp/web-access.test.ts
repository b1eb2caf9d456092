import { afterEach, describe, expect, test } from 'vitest';
import { WEB_LIMITS, webAccess } from '../../../shared/web-access.js';
import { type Behaviour, cutOff, RecordedService, status } from '../catalog/recorded-service.js';

let service: RecordedService | undefined;

afterEach(() => service?.stop());

async function get(behaviour: Behaviour, limits = WEB_LIMITS, signal = new AbortController().signal) {
  service = await RecordedService.start({ '/': behaviour });
  return webAccess(limits).get(`${service.url}/`, signal);
}

describe('an answer from the web', () => {
  test('is returned with its status, text and Retry-After', async () => {
    expect(await get('["naïve"]')).toEqual({
      kind: 'answer',
      status: 200,
      retryAfter: undefined,
      body: '["naïve"]',
    });
    await service?.stop();
    expect(await get(status(429, { 'retry-after': '60' }))).toMatchObject({ status: 429, retryAfter: '60' });
  });

  test('that is cut off is none', async () => {
    expect(await get(cutOff('["a long answer"]'))).toEqual({
      kind: 'no-answer',
      reason: expect.stringMatching(/^closed the connection early \(/),
    });
  });

  test('that does not begin in time is none', async () => {
    expect(await get(() => undefined, { ...WEB_LIMITS, timeout: 50 })).toEqual({
      kind: 'no-answer',
      reason: 'did not respond within 0.05 seconds',
    });
  });

  test('that does not end in time is none', async () => {
    expect(await get((response) => response.write('['), { ...WEB_LIMITS, timeout: 50 })).toEqual({
      kind: 'no-answer',
      reason: 'did not respond within 0.05 seconds',
    });
  });

  test('that is too large is none, and is not read to its end', async () => {
    const endless: Behaviour = (response) => {
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(10_000)));
      };
      response.on('drain', more);
      more();
    };
    expect(await get(endless, { ...WEB_LIMITS, size: 1_000_000 })).toEqual({
      kind: 'no-answer',
      reason: 'sends more than 1 MB, too much for an endpoint list',
    });
  });

  test('that sends elsewhere is none', async () => {
    const { kind } = await get(status(302, { location: 'http://127.0.0.1:1/' }));
    expect(kind).toBe('no-answer');
    expect(service?.requests).toEqual(['/']);
  });

  test('from a service that is not there is none', async () => {
    const gone = await RecordedService.start({});
    await gone.stop();
    expect(await webAccess(WEB_LIMITS).get(gone.url, new AbortController().signal)).toEqual({
      kind: 'no-answer',
      reason: expect.stringMatching(/^cannot be reached \(.*ECONNREFUSED/),
    });
  });

  test('is not waited for once it is cancelled, before and in the middle', async () => {
    const controller = new AbortController();
    const half: Behaviour = (response) => response.write('["half', () => controller.abort());
    expect(await get(half, WEB_LIMITS, controller.signal)).toEqual({ kind: 'cancelled' });
    await service?.stop();
    expect(await get('[]', WEB_LIMITS, AbortSignal.abort())).toEqual({ kind: 'cancelled' });
    expect(service?.requests).toEqual([]);
  });
});
