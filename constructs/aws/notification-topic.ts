import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { throwIfAny } from '../../presence/errors';
import { nameProblem, problemsIn } from './prop-check';

/** Properties of {@link NotificationTopic}. */
export interface NotificationTopicProps {
  /**
   * Name of the topic: 1 to 256 letters, digits, `_` or `-`. Changing it replaces the topic and its subscriptions.
   * @default - chosen by CloudFormation
   */
  readonly snsTopicName?: string;
  /** Sender's name in e-mails, at most 100 characters. @default - the topic's name */
  readonly snsDisplayName?: string;
  /**
   * Key that encrypts the topic. Its policy must let publishers use it; that of a key made here does.
   * @default - a key of the topic's own, rotated every year
   */
  readonly encryptionKey?: IKey;
  /** What becomes of the key that is made here when the topic is deleted. @default RemovalPolicy.DESTROY */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * An SNS topic that is encrypted with a customer key and takes messages over TLS only, from the publishers it was told
 * and from the CloudWatch alarms of this account. Alarms cannot use a topic under the key that AWS manages.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 */
export class NotificationTopic extends Construct {
  readonly topic: Topic;
  /** The key that encrypts the topic. */
  readonly encryptionKey: IKey;

  /** @throws LastwillError OPTION_INVALID that names every prop, rule and value that is wrong. */
  constructor(scope: Construct, id: string, props: NotificationTopicProps = {}) {
    super(scope, id);
    throwIfAny(
      'OPTION_INVALID',
      problemsIn([
        nameProblem('snsTopicName', props.snsTopicName, /^[\w-]{1,256}$/, "1 to 256 letters, digits, '_' or '-'"),
        nameProblem('snsDisplayName', props.snsDisplayName, /^[^\n\r]{1,100}$/, '1 to 100 characters on one line'),
      ]),
    );
    this.encryptionKey = props.encryptionKey ?? this.#createKey(props);
    this.topic = new Topic(this, 'Topic', {
      topicName: props.snsTopicName,
      displayName: props.snsDisplayName,
      masterKey: this.encryptionKey,
      enforceSSL: true,
    });
    this.#allowAlarms();
  }

  /** Allows a publisher of this account to publish, by the policies of the topic and of its key. */
  allowPublisher(publisher: IGrantable): void {
    const principals = [publisher.grantPrincipal];
    this.topic.addToResourcePolicy(
      new PolicyStatement({ principals, actions: ['sns:Publish'], resources: [this.topic.topicArn] }),
    );
    this.encryptionKey.addToResourcePolicy(new PolicyStatement({ principals, actions: KEY_ACTIONS, resources: ['*'] }));
  }

  #createKey(props: NotificationTopicProps): Key {
    return new Key(this, 'Key', {
      description: `Encrypts what the SNS topic of ${this.node.path} delivers`,
      enableKeyRotation: true,
      removalPolicy: props.removalPolicy ?? RemovalPolicy.DESTROY,
    });
  }

  #allowAlarms(): void {
    const stack = Stack.of(this);
    const statement = {
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      conditions: {
        StringEquals: { 'aws:SourceAccount': stack.account },
        ArnLike: {
          'aws:SourceArn': stack.formatArn({
            service: 'cloudwatch',
            resource: 'alarm',
            resourceName: '*',
            arnFormat: ArnFormat.COLON_RESOURCE_NAME,
          }),
        },
      },
    };
    this.topic.addToResourcePolicy(
      new PolicyStatement({ ...statement, actions: ['sns:Publish'], resources: [this.topic.topicArn] }),
    );
    this.encryptionKey.addToResourcePolicy(
      new PolicyStatement({ ...statement, actions: KEY_ACTIONS, resources: ['*'] }),
    );
  }
}

const KEY_ACTIONS = ['kms:Decrypt', 'kms:GenerateDataKey*'];
