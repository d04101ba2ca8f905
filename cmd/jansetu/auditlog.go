package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/jansetu/jansetu/cmd/jansetu/assembly"
	"github.com/jansetu/jansetu/cmd/jansetu/config"
)

type auditLogCommand struct{}

// Run derives the log anew; it fails when anything differs.
func (auditLogCommand) Run(ctx context.Context) error {
	settings, _, err := load(config.NeedDatabase, config.NeedKeys)
	if err != nil {
		return err
	}
	report, err := assembly.AuditLog(ctx, settings)
	if err != nil {
		return err
	}
	for _, fault := range report.Faults {
		fmt.Printf("%s: %s\n", fault.Where, fault.What)
	}
	fmt.Printf("%d leaves, %d of them published; %d documents, of which %d are forgotten and only their issue could be checked\n",
		report.Leaves, report.Published.Size, report.Documents, report.Forgotten)
	if len(report.Faults) > 0 {
		return errors.New("the public log, the database and the documents do not agree")
	}
	fmt.Println("The public log, the database and the documents agree.")
	return nil
}
