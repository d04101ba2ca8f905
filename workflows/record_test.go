package workflows_test

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/workflows"
)

func TestARecordIsFoundInThePortalsListsAndDelivered(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	require.Equal(t, workflows.RecordOutcome{Ended: workflows.StageDone, Document: "sha-r"}, a.look(t))
	require.Equal(t, []string{"record.as_shown"}, a.heard(), "one message, with the document")
	require.Equal(t, "sha-r", a.tells[0].Document.ID)
	require.Equal(t, map[string]string{"Dcode": "9", "Mcode": "4", "VCode": "1", "KhataNo": "102"}, a.extracted[0].Fields)
	require.Equal(t, "102", a.extracted[0].Record)
}

func TestADepartmentsOwnFileIsCalledSo(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	a.extract = func(int, workflows.RecordAt) (workflows.ExtractedRecord, error) {
		return workflows.ExtractedRecord{Title: "SSCER", Official: true, Document: workflows.Document{ID: "sha-o"}}, nil
	}
	require.Equal(t, workflows.StageDone, a.look(t).Ended)
	require.Equal(t, []string{"record.official"}, a.heard())
}

func TestANameThatMayBeTwoVillagesIsAsked(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	a.answers["village"] = "Kotha"
	a.whenAsked("choose", chosen("2"))
	require.Equal(t, workflows.StageDone, a.look(t).Ended)
	require.Equal(t, "2", a.extracted[0].Fields["VCode"])
	require.Contains(t, a.heard(), "choose.did_you_mean")
}

func TestOfSeveralRecordsTheCitizenChoosesOne(t *testing.T) {
	t.Parallel()
	several := func(n int) func(int, workflows.RecordAt) ([]connectors.RecordMatch, error) {
		return func(int, workflows.RecordAt) (found []connectors.RecordMatch, err error) {
			for i := range n {
				found = append(found, connectors.RecordMatch{ID: fmt.Sprintf("12-%d", i), Title: fmt.Sprintf("12-%d %s", i, "షేక్ మస్తాన్ వలీ"), Detail: "102"})
			}
			return found, nil
		}
	}
	t.Run("the second", func(t *testing.T) {
		t.Parallel()
		a := newArchive(t)
		a.search = several(12)
		a.whenAsked("match", chosen("1"))
		require.Equal(t, workflows.StageDone, a.look(t).Ended)
		require.Equal(t, "12-1", a.extracted[0].Record)
		require.Len(t, a.asks[0].Choices, 13, "none of these is one of them")
	})
	t.Run("none of these", func(t *testing.T) {
		t.Parallel()
		a := newArchive(t)
		a.search = several(2)
		a.whenAsked("match", chosen("none"))
		require.Equal(t, workflows.StageNeedsCorrection, a.look(t).Ended)
		require.Equal(t, []string{"record.which", "record.not_found"}, a.heard())
	})
	t.Run("too many to read", func(t *testing.T) {
		t.Parallel()
		a := newArchive(t)
		a.search = several(31)
		require.Equal(t, workflows.StageNeedsCorrection, a.look(t).Ended)
		require.Equal(t, []string{"record.too_many"}, a.heard())
	})
	t.Run("no answer", func(t *testing.T) {
		t.Parallel()
		a := newArchive(t)
		a.search = several(2)
		require.Equal(t, workflows.StageExpired, a.look(t).Ended)
		require.Equal(t, "request.no_answer", a.heard()[len(a.heard())-1])
	})
}

func TestACaptchaGoesToTheCitizenAndBack(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	a.search = func(_ int, input workflows.RecordAt) ([]connectors.RecordMatch, error) {
		require.Nil(t, input.Answer)
		return []connectors.RecordMatch{{ID: "7"}}, nil
	}
	a.extract = func(call int, input workflows.RecordAt) (workflows.ExtractedRecord, error) {
		if call <= 3 { // shown, refreshed, read wrongly
			return workflows.ExtractedRecord{}, &connectors.ChallengeError{
				Kind: connectors.ChallengeCaptcha, Image: []byte{1}, ImageType: "image/png", Session: "s" + strconv.Itoa(call),
				Attempt: call, ExpiresAt: a.Now().Add(5 * time.Minute),
			}
		}
		require.Equal(t, connectors.ChallengeAnswer{Session: "s3", Answer: "right"}, *input.Answer)
		return workflows.ExtractedRecord{Document: workflows.Document{ID: "sha-c"}}, nil
	}
	a.whenAsked("challenge", chosen("refresh"), typed("wrong"), typed("right"))
	require.Equal(t, workflows.StageDone, a.look(t).Ended)
	for _, asked := range a.asks {
		require.NotNil(t, asked.Picture)
	}
	require.True(t, a.extracted[1].Answer.Refresh)
	require.Equal(t, "wrong", a.extracted[2].Answer.Answer)
}

func TestACaptchaThatNobodyReadsEndsTheRequest(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	a.extract = func(int, workflows.RecordAt) (workflows.ExtractedRecord, error) {
		return workflows.ExtractedRecord{}, &connectors.ChallengeError{Kind: connectors.ChallengeCaptcha, Image: []byte{1}, ImageType: "image/png", Session: "s"}
	}
	a.whenAsked("challenge", chosen("stop"))
	require.Equal(t, workflows.StageCancelled, a.look(t).Ended)
}

func TestAPortalThatWantsConsentGetsItFromTheCitizen(t *testing.T) {
	t.Parallel()
	wanting := func(t *testing.T) *archive {
		t.Helper()
		a := newArchive(t)
		a.search = func(_ int, input workflows.RecordAt) ([]connectors.RecordMatch, error) {
			if input.AgreedAt.IsZero() {
				return nil, &connectors.InputRejectedError{Field: connectors.FieldConsent}
			}
			return []connectors.RecordMatch{{ID: "cbse/sscer"}}, nil
		}
		return a
	}
	t.Run("given", func(t *testing.T) {
		t.Parallel()
		a := wanting(t)
		a.whenAsked("consent", chosen("agree"))
		require.Equal(t, workflows.StageDone, a.look(t).Ended)
		require.Equal(t, 1, a.saidTimes("record.consent"))
		require.Equal(t, noon, a.extracted[0].AgreedAt.In(connectors.IndianTime))
	})
	t.Run("not given", func(t *testing.T) {
		t.Parallel()
		a := wanting(t)
		a.whenAsked("consent", chosen("stop"))
		require.Equal(t, workflows.StageCancelled, a.look(t).Ended)
		require.Equal(t, []string{"record.consent", "record.no_consent"}, a.heard())
		require.Empty(t, a.extracted)
	})
	t.Run("never enough", func(t *testing.T) {
		t.Parallel()
		a := wanting(t)
		a.search = func(int, workflows.RecordAt) ([]connectors.RecordMatch, error) {
			return nil, &connectors.InputRejectedError{Field: connectors.FieldConsent, Reason: "consent id"}
		}
		a.whenAsked("consent", chosen("agree"))
		require.Equal(t, workflows.StageNeedsCorrection, a.look(t).Ended)
		require.Equal(t, 1, a.saidTimes("record.consent"), "nobody is asked twice for the same")
	})
}

func TestWhatAPortalDoesNotGiveIsSaid(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		err   error
		ended workflows.Stage
		said  []string
	}{
		{"nothing found", &connectors.NotFoundError{What: "record"}, workflows.StageNeedsCorrection, []string{"record.not_found"}},
		{"an answer it rejects", &connectors.InputRejectedError{Field: "KhataNo"}, workflows.StageNeedsCorrection, []string{"record.rejected_answer", "record.check"}},
		{"something it rejects", &connectors.InputRejectedError{Reason: "no"}, workflows.StageNeedsCorrection, []string{"record.rejected", "record.reason", "record.check"}},
		{"a refusal", &connectors.RefusedError{Code: "withheld", Reason: "in court"}, workflows.StageRefused, []string{"record.refused", "record.reason"}},
		{"away for a week", &connectors.UnavailableError{RetryAfter: 24 * time.Hour}, workflows.StageGivenUp, []string{"request.kept", "record.gave_up"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			a := newArchive(t)
			a.search = func(int, workflows.RecordAt) ([]connectors.RecordMatch, error) { return nil, test.err }
			require.Equal(t, test.ended, a.look(t).Ended)
			require.Equal(t, test.said, a.heard())
		})
	}
	t.Run("an empty search", func(t *testing.T) {
		t.Parallel()
		a := newArchive(t)
		a.search = func(int, workflows.RecordAt) ([]connectors.RecordMatch, error) { return nil, nil }
		require.Equal(t, workflows.StageNeedsCorrection, a.look(t).Ended)
		require.Equal(t, []string{"record.not_found"}, a.heard())
	})
	t.Run("a changed portal is looked at by a person", func(t *testing.T) {
		t.Parallel()
		a := newArchive(t)
		a.search = func(call int, _ workflows.RecordAt) ([]connectors.RecordMatch, error) {
			if call == 1 {
				return nil, &connectors.ChangedError{Expected: "a table", Seen: "a page"}
			}
			return []connectors.RecordMatch{{ID: "102"}}, nil
		}
		a.whenSaid("request.with_officer", a.later(time.Hour, func() { a.SignalWorkflow(workflows.SignalOperatorRetry, nil) }))
		require.Equal(t, workflows.StageDone, a.look(t).Ended)
	})
}

func TestAPortalThatComesBackIsSaidToBeBack(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	a.extract = func(call int, _ workflows.RecordAt) (workflows.ExtractedRecord, error) {
		if call < 8 {
			return workflows.ExtractedRecord{}, errDown
		}
		return workflows.ExtractedRecord{Document: workflows.Document{ID: "sha-r"}}, nil
	}
	require.Equal(t, workflows.StageDone, a.look(t).Ended)
	require.Equal(t, []string{"request.kept", "request.back", "record.as_shown"}, a.heard())
}

func TestALookCanBeStoppedAtAnyTime(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	a.search = func(int, workflows.RecordAt) ([]connectors.RecordMatch, error) { return nil, errDown }
	a.RegisterDelayedCallback(a.citizenCancels, time.Minute)
	require.Equal(t, workflows.StageCancelled, a.look(t).Ended)
	require.Equal(t, []string{"request.kept", "request.cancelled"}, a.heard())
}

// saidTimes counts how often a text was said.
func (w *world) saidTimes(key string) (times int) {
	for _, said := range w.heard() {
		if said == key {
			times++
		}
	}
	return times
}
