// Package paper holds the activities for what citizens send: fetched from the channel, made safe to keep, looked at, stored encrypted
// under the person's key, and noted in the audit log. What cannot be kept is told by its reason; the file itself is never kept then.
//
// A workflow asks [Activities.CheckPapers] (workflows.ActivityCheckPapers) for all papers of a request at once and gets what is kept and
// what is wrong. It tells the citizen each finding (PaperFinding.Line), asks for the paper again, or, where a finding is waivable, offers to
// send it as it is (PaperAnswer.AsItIs), and asks again with the new answers. With no findings left the request may be submitted; the
// activity that speaks to the portal takes the content from a [Shelf], so that no paper travels through Temporal.
//
// A picture that is not a paper, such as that of a street light, is taken with [Activities.TakePaper] (workflows.ActivityTakePaper): it is
// made safe and kept, and nobody minds that it is dark.
//
// The same file of the same request is kept once, however often it is asked for and after the channel has lost it.
//
// Reading what is written (a Reader) is optional. With it a name, a date and a kind of paper are compared, what was read is proposed as an
// answer for the citizen to confirm, and the digits of an Aadhaar number are painted over. Without it, and for papers that it cannot
// read, papers are kept and sent as they came.
package paper
