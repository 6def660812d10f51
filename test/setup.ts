// CDK's built-in template validator loads a rule engine of about two seconds per test file;
// test/synth/validator.test.ts turns it on for every stack once.
process.env.CDK_VALIDATION = 'false';

// The AWS SDK says in every process that Node 20 comes to its end.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
