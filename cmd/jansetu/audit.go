package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jansetu/jansetu/cmd/jansetu/assembly"
	"github.com/jansetu/jansetu/cmd/jansetu/config"
	"github.com/jansetu/jansetu/store/audit"
)

type auditCommand struct {
	Log        auditLogCommand        `cmd:"" help:"Derive the public log of documents anew from all there is, and name every difference."`
	Verify     auditVerifyCommand     `cmd:"" help:"Read the whole audit log and name every change, deletion or reordering."`
	Checkpoint auditCheckpointCommand `cmd:"" help:"Print where the audit log ends, to be kept outside of the database."`
}

type auditVerifyCommand struct {
	Checkpoint []string `help:"What 'jansetu audit checkpoint' printed earlier; may be given several times." placeholder:"SEQ:HASH"`
}

// Run verifies the log; it fails when the log is not whole.
func (c auditVerifyCommand) Run(ctx context.Context) error {
	var known []audit.Checkpoint
	for _, text := range c.Checkpoint {
		checkpoint, err := audit.ParseCheckpoint(text)
		if err != nil {
			return err
		}
		known = append(known, checkpoint)
	}
	settings, _, err := load(config.NeedDatabase)
	if err != nil {
		return err
	}
	report, last, err := assembly.VerifyAudit(ctx, settings, known...)
	if err != nil {
		return err
	}
	for _, fault := range report.Faults {
		fmt.Printf("entry %d: %s\n", fault.Seq, fault.Reason)
	}
	if len(report.Faults) > 0 {
		return errors.New("the audit log is not what was written")
	}
	fmt.Printf("%d entries, whole; it ends at %s\n", report.Entries, report.End)
	if last.Number == 0 {
		fmt.Println("No checkpoint was signed yet: what was cut off the end would show only against a checkpoint that you kept.")
	} else {
		fmt.Printf("Checkpoint %d of %s is the newest signed one. The worker signs one every hour: had it run since, a later one was taken away.\n",
			last.Number, last.At.Format(time.RFC3339))
	}
	return nil
}

type auditCheckpointCommand struct{}

// Run prints the end of the log.
func (auditCheckpointCommand) Run(ctx context.Context) error {
	settings, _, err := load(config.NeedDatabase)
	if err != nil {
		return err
	}
	end, err := assembly.AuditCheckpoint(ctx, settings.DatabaseURL)
	if err != nil {
		return err
	}
	fmt.Println(end)
	return nil
}
