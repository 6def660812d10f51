import { AwsAuthenticator } from '../../../local/aws/authenticator';
import { ConnectionApi } from '../../../local/aws/connection-api';
import { LifecycleEvents } from '../../../local/aws/lifecycle';
import type { Registry } from '../../../local/aws/registry';
import { ShadowService } from '../../../local/aws/shadow-service';
import { Broker } from '../../../local/broker/broker';
import { memoryConnection } from '../../../local/broker/memory-connection';
import { AWS_PROFILE } from '../../../local/broker/profiles/aws';
import { InProcessClient, type InProcessConnectOptions } from '../../../local/in-process-client';
import type { BrokerEvent, Message, Origin } from '../../../local/ports';
import { ManualClock } from '../../../presence/clock';

/** A broker with everything that the embedded AWS adds to it, on a clock of its own. */
export function createEmbeddedBroker(registry: Registry) {
  const clock = new ManualClock();
  const events: BrokerEvent[] = [];
  const publish = (message: Message, origin: Origin): void => broker.publish(message, origin);
  const lifecycle = new LifecycleEvents({ clock, publish });
  const shadows = new ShadowService({ clock, publish });
  const broker: Broker = new Broker({
    profile: AWS_PROFILE,
    clock,
    authenticator: new AwsAuthenticator({ registry }),
    sink: {
      accept: (message, origin) => {
        shadows.accept(message, origin);
        return 'deliver';
      },
    },
    observer: {
      observe: (event) => {
        events.push(event);
        lifecycle.observe(event);
        connections.observe(event);
      },
    },
  });
  const connections: ConnectionApi = new ConnectionApi({ clock, control: broker });
  /** Connects in this process as `iam:NAME`, or as a certificate or thing. */
  const connect = (principal: string, options: InProcessConnectOptions): Promise<InProcessClient> => {
    const { client, server } = memoryConnection();
    const peer = {
      transport: 'memory',
      remoteAddress: '127.0.0.1',
      certificates: [],
      assertedPrincipal: principal,
    } as const;
    broker.accept(server, peer);
    return InProcessClient.connect(client, options);
  };
  return { broker, clock, connections, connect, events };
}
