package ops

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/gateway/login"
	"github.com/jansetu/jansetu/gateway/officers"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/access"
	"github.com/jansetu/jansetu/store/audit"
	"github.com/jansetu/jansetu/workflows"
)

// departmentRow is one request as a department's viewer sees it.
type departmentRow struct {
	Reference, Service, Words, DaysLeft string
	Since                               time.Time
	Late                                bool
}

type departmentCount struct {
	Words, WaitsFor string
	Requests        int
}

type departmentPage struct {
	Counts []departmentCount
	Open   []departmentRow
	More   bool
}

func (p *Pages) isViewer(officer login.Officer) bool { return p.departmentOf(officer) != "" }

func (p *Pages) departmentOf(officer login.Officer) string {
	known := make([]string, 0, len(p.config.Services.Services()))
	for _, service := range p.config.Services.Services() {
		known = append(known, service.Department)
	}
	return officers.DepartmentOf(officer, known)
}

// department shows a viewer where the requests of their department stand. The database shows its role no other's, and nothing personal.
func (p *Pages) department(w http.ResponseWriter, r *http.Request, officer login.Officer) error {
	department := p.departmentOf(officer)
	var counts []store.StageCount
	var open []store.Standing
	scope := access.Scope{Role: access.Department, Subject: officer.Subject, Department: department}
	err := access.Within(r.Context(), p.config.Store.Pool(), scope, func(ctx context.Context, tx pgx.Tx) (err error) {
		if counts, err = store.DepartmentCounts(ctx, tx); err != nil {
			return err
		}
		if open, err = store.DepartmentRequests(ctx, tx, shown+1); err != nil {
			return err
		}
		return audit.Append(ctx, tx, audit.Entry{Actor: officer.Subject, Action: audit.RequestsRead, Object: department})
	})
	if err != nil {
		return err
	}
	data := departmentPage{More: len(open) > shown}
	for _, count := range counts {
		stage := workflows.Stage(count.Stage)
		data.Counts = append(data.Counts, departmentCount{Words: stage.Words(), WaitsFor: stage.WaitingFor(), Requests: count.Requests})
	}
	for _, standing := range open[:min(len(open), shown)] {
		data.Open = append(data.Open, p.rowOf(standing))
	}
	return p.show(w, "department", officers.Page{Title: "Requests: " + department, Officer: officer, Data: data})
}

func (p *Pages) rowOf(standing store.Standing) departmentRow {
	row := departmentRow{Reference: standing.Reference, Service: standing.Service, Words: workflows.Stage(standing.Stage).Words(),
		Since: standing.CreatedAt, DaysLeft: "no time limit"}
	if service, known := p.config.Services.Service(standing.Service); known {
		row.Service = service.Title.In("en")
	}
	if standing.DueAt != nil {
		row.DaysLeft, row.Late = daysLeft(time.Now(), *standing.DueAt)
	}
	return row
}

// daysLeft counts midnights in India until a moment; on the day itself it is 0.
func daysLeft(now, due time.Time) (text string, late bool) {
	day := func(at time.Time) time.Time {
		year, month, date := at.In(connectors.IndianTime).Date()
		return time.Date(year, month, date, 0, 0, 0, 0, time.UTC)
	}
	days := int(math.Round(day(due).Sub(day(now)).Hours() / 24))
	switch {
	case days < 0:
		return fmt.Sprintf("%d days late", -days), true
	case now.After(due):
		return "late since today", true
	}
	return strconv.Itoa(days), false
}
