/** A signing request whose key was thrown away: devices of a test need no key. */
export const SIGNING_REQUEST = `-----BEGIN CERTIFICATE REQUEST-----
MIHLMHICAQAwEDEOMAwGA1UEAwwFcHVtcDcwWTATBgcqhkjOPQIBBggqhkjOPQMB
BwNCAARPrl304jP497RcxF3DSOqUo6g2ik9mlr31rISkSxyJklueMr4UzGOb4HFB
/BqmsLU+kaFFloGZCyGKpZvglESmoAAwCgYIKoZIzj0EAwIDSQAwRgIhAJMl7uzo
Ci3lskRm4e4gPXhkpkEUSKY0UpJhzhlQLZ6cAiEA7rMID2hl7D+5FbpTZFHZsZRG
k7nbA5Qj+wvapvJvLGM=
-----END CERTIFICATE REQUEST-----
`;
