package cloudapi

import "encoding/json"

type listAction struct {
	Button   string        `json:"button"`
	Sections []listSection `json:"sections"`
}

type listSection struct {
	Title string    `json:"title"`
	Rows  []listRow `json:"rows"`
}

type listRow struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description"`
}

func checkList(raw json.RawMessage) error {
	var a listAction
	if err := decode(raw, "interactive['action']", &a); err != nil {
		return err
	}
	if err := first(required("List button label", a.Button, 20), plain("List button label", a.Button)); err != nil {
		return err
	}
	if len(a.Sections) < 1 || len(a.Sections) > 10 {
		return Refuse(CodeInvalidValue, "Invalid sections count. Min allowed sections: 1, Max allowed sections: 10")
	}
	ids, total := map[string]bool{}, 0
	for _, s := range a.Sections {
		if err := s.check(len(a.Sections) > 1, ids); err != nil {
			return err
		}
		total += len(s.Rows)
	}
	if total > 10 {
		return Refuse(CodeInvalidValue, "Total row count exceed max allowed count: 10")
	}
	return nil
}

func (s listSection) check(titleRequired bool, ids map[string]bool) error {
	if titleRequired || s.Title != "" {
		if err := required("Section title", s.Title, 24); err != nil {
			return err
		}
	}
	if len(s.Rows) == 0 {
		return Refuse(CodeMissingParameter, "Each section needs at least one row.")
	}
	for _, r := range s.Rows {
		err := first(required("Row id", r.ID, 200), required("Row title", r.Title, 24), optional("Row description", r.Description, 72))
		if err != nil {
			return err
		}
		if ids[r.ID] {
			return Refuse(CodeInvalidValue, "Duplicated row id: every row of a list needs its own.")
		}
		ids[r.ID] = true
	}
	return nil
}
