package twin

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/jansetu/jansetu/connectors/twin"
)

func (t *Twin) submit(w http.ResponseWriter, r *http.Request, visit *session) {
	application, known := t.byDraft(r.PostFormValue("draftNo"))
	if !known || application.Draft != visit.draft {
		show(w, "expired", nil)
		return
	}
	if application.Number != "" {
		t.acknowledge(w, application)
		return
	}
	if _, late := t.Faults.Take(Submit, twin.CaptchaExpired); late {
		visit.captcha = ""
		t.showPreview(w, visit, "Captcha has expired. Please try again.")
		return
	}
	_, rejected := t.Faults.Take(Submit, twin.CaptchaAlways)
	if typed := r.PostFormValue("captchaText"); rejected || visit.captcha == "" || typed != visit.captcha {
		visit.captcha = ""
		t.showPreview(w, visit, "Invalid captcha. Please try again.")
		return
	}
	visit.captcha = ""
	application.SubmittedAt = t.config.Clock()
	service, _ := t.service(application.Service)
	application.Number = fmt.Sprintf("%s/%s/%05d", service.Prefix, application.SubmittedAt.In(indianTime).Format("2006"), t.submitted()+1)
	if err := t.Remember(application); err != nil {
		http.Error(w, "Internal Server Error", http.StatusInternalServerError)
		return
	}
	t.acknowledge(w, application)
}

// submitted needs the lock.
func (t *Twin) submitted() int {
	count := 0
	for _, application := range t.applications {
		if application.Number != "" {
			count++
		}
	}
	return count
}

func (t *Twin) acknowledge(w http.ResponseWriter, application Application) {
	service, _ := t.service(application.Service)
	show(w, "acknowledgement", fields{
		"Number": application.Number, "Kiosk": application.Kiosk, "Service": service,
		"On": application.SubmittedAt.In(indianTime).Format(dateTimeLayout), "Due": dueOn(service, application),
	})
}

// dueOn is empty when the portal promises no day.
func dueOn(service Service, application Application) string {
	if service.Days == 0 {
		return ""
	}
	return application.SubmittedAt.In(indianTime).AddDate(0, 0, service.Days).Format(dateLayout)
}

func (t *Twin) searchPage(w http.ResponseWriter, _ *http.Request, visit *session) {
	show(w, "search", fields{"Token": visit.token})
}

// found is an application as the status page shows it.
type found struct {
	Number, Service, Kiosk, On, Due, State string
	Columns                                []string
	Tasks                                  [][]string
	Certificate, Query                     bool
}

func (t *Twin) track(w http.ResponseWriter, r *http.Request, visit *session) {
	value := strings.TrimSpace(r.PostFormValue("searchValue"))
	var list []found
	for _, application := range t.applications {
		key := application.Number
		if r.PostFormValue("searchBy") == "K" {
			key = application.Kiosk
		}
		if key != "" && key == value {
			list = append(list, t.found(application))
		}
	}
	if _, doubled := t.Faults.Take(Track, twin.DuplicateRows); doubled {
		list = append(list, list...)
	}
	show(w, "tracked", fields{"Found": list, "Token": visit.token})
}

func (t *Twin) found(application Application) found {
	service, _ := t.service(application.Service)
	shown := found{Number: application.Draft, Service: service.Name, Kiosk: application.Kiosk, State: "Draft"}
	if application.Number == "" {
		return shown
	}
	tasks := t.history(application)
	shown.Number, shown.State = application.Number, tasks[len(tasks)-1].State
	shown.On = application.SubmittedAt.In(indianTime).Format(dateTimeLayout)
	shown.Due = dueOn(service, application)
	shown.Certificate, shown.Query = shown.State == stateDelivered, shown.State == stateQuery
	shown.Columns = []string{"Task", "Officer", "Date", "Status", "Remarks"}
	for _, task := range tasks {
		shown.Tasks = append(shown.Tasks, []string{task.Name, task.Officer, task.At.In(indianTime).Format(dateTimeLayout), task.State, task.Remarks})
	}
	if _, moved := t.Faults.Take(Track, twin.MovedColumns); moved {
		slices.Reverse(shown.Columns)
		for _, row := range shown.Tasks {
			slices.Reverse(row)
		}
	}
	return shown
}

func (t *Twin) byNumber(number string) (Application, bool) {
	for _, application := range t.applications {
		if application.Number != "" && application.Number == number {
			return application, true
		}
	}
	return Application{}, false
}

func (t *Twin) certificate(w http.ResponseWriter, r *http.Request, _ *session) {
	application, known := t.byNumber(r.URL.Query().Get("applRefNo"))
	if !known || t.historyOf(application).State != stateDelivered {
		show(w, "message", "Certificate is not yet issued.")
		return
	}
	service, _ := t.service(application.Service)
	name := strings.ReplaceAll(application.Number, "/", "-") + ".pdf"
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	_, _ = w.Write(certificatePDF(service.Name, "Application "+application.Number,
		"Issued on "+t.historyOf(application).At.In(indianTime).Format(dateLayout), "Stand-in for development. Not an official paper."))
}

func (t *Twin) queryPage(w http.ResponseWriter, r *http.Request, visit *session) {
	t.showQuery(w, visit, r.URL.Query().Get("applRefNo"), "")
}

func (t *Twin) showQuery(w http.ResponseWriter, visit *session, number, fault string) {
	application, known := t.byNumber(number)
	last := task{}
	if known {
		last = t.historyOf(application)
	}
	if application.Mobile != visit.mobile || last.State != stateQuery {
		show(w, "message", "No query is pending for this application.")
		return
	}
	show(w, "query", fields{"Number": number, "Text": last.Remarks, "Token": visit.token, "Error": fault})
}

func (t *Twin) reply(w http.ResponseWriter, r *http.Request, visit *session) {
	number, answer := r.PostFormValue("applRefNo"), strings.TrimSpace(r.PostFormValue("replyText"))
	application, known := t.byNumber(number)
	if !known || answer == "" || application.Mobile != visit.mobile || t.historyOf(application).State != stateQuery {
		t.showQuery(w, visit, number, "Please enter Reply")
		return
	}
	for _, id := range []string{"reply1", "reply2", "reply3"} {
		paper, fault := (Annexure{ID: id}).receive(r)
		if fault != "" {
			t.showQuery(w, visit, number, fault)
			return
		}
		if paper.Bytes > 0 {
			application.Papers = append(application.Papers, paper)
		}
	}
	application.Answer, application.AnsweredAt = answer, t.config.Clock().Truncate(time.Second)
	application.AnswerKiosk = r.PostFormValue(KioskField)
	application.Answers++
	if err := t.Remember(application); err != nil {
		http.Error(w, "Internal Server Error", http.StatusInternalServerError)
		return
	}
	show(w, "replied", fields{"Number": number, "Kiosk": application.AnswerKiosk})
}
