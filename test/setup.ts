// CDK's built-in template validator loads a rule engine of about two seconds per test file;
// test/synth/validator.test.ts turns it on for every stack once.
process.env.CDK_VALIDATION = 'false';
