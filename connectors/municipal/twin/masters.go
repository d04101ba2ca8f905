package twin

import (
	"crypto/rand"
	_ "embed"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
)

//go:embed testdata/ServiceDefs.egov.json
var serviceDefsFile []byte

//go:embed testdata/localities.csv
var localitiesFile string

// masters are the data that every service of the platform shares.
type masters struct {
	defs json.RawMessage
	// active has the codes that a complaint may be of.
	active map[string]bool
	// states are the tenants above the towns.
	states map[string]bool
	// localities by town, in order.
	localities map[string][]locality
}

type locality struct{ code, name string }

func readMasters() (masters, error) {
	var file struct {
		Defs json.RawMessage `json:"ServiceDefs"`
	}
	var defs []struct {
		Code   string `json:"serviceCode"`
		Active bool   `json:"active"`
	}
	if err := json.Unmarshal(serviceDefsFile, &file); err != nil {
		return masters{}, fmt.Errorf("read service definitions: %w", err)
	}
	if err := json.Unmarshal(file.Defs, &defs); err != nil {
		return masters{}, fmt.Errorf("read service definitions: %w", err)
	}
	read := masters{defs: file.Defs, active: map[string]bool{}, states: map[string]bool{}, localities: map[string][]locality{}}
	for _, def := range defs {
		read.active[def.Code] = def.Active
	}
	rows, err := csv.NewReader(strings.NewReader(localitiesFile)).ReadAll()
	if err != nil {
		return masters{}, fmt.Errorf("read localities: %w", err)
	}
	for _, row := range rows[1:] {
		state, _, _ := strings.Cut(row[0], ".")
		read.states[state] = true
		read.localities[row[0]] = append(read.localities[row[0]], locality{row[1], row[2]})
	}
	return read, nil
}

// Type is a kind of complaint that a twin takes beside the documented ones.
type Type struct {
	Code, Name string
	Hours      float64 // that the town has for it
}

// addTypes takes in kinds of complaints that are not documented, as the platform writes them.
func (m *masters) addTypes(types []Type) error {
	var defs []json.RawMessage
	if err := json.Unmarshal(m.defs, &defs); err != nil {
		return fmt.Errorf("read service definitions: %w", err)
	}
	for _, each := range types {
		if _, known := m.active[each.Code]; known {
			continue
		}
		def, err := json.Marshal(fields{
			"serviceCode": each.Code, "name": each.Name, "keywords": strings.ToLower(each.Name), "department": "DEPT_1",
			"slaHours": each.Hours, "menuPath": "Others", "active": true, "order": len(defs) + 1,
		})
		if err != nil {
			return fmt.Errorf("write a service definition: %w", err)
		}
		m.active[each.Code], defs = true, append(defs, def)
	}
	all, err := json.Marshal(defs)
	if err != nil {
		return fmt.Errorf("write service definitions: %w", err)
	}
	m.defs = all
	return nil
}

// add takes in towns with the localities that they are not documented with.
func (m *masters) add(towns map[string][]string) {
	for town, names := range towns {
		state, _, _ := strings.Cut(town, ".")
		m.states[state] = true
		for _, name := range names {
			known := slices.ContainsFunc(m.localities[town], func(there locality) bool { return there.name == name })
			if !known {
				m.localities[town] = append(m.localities[town], locality{fmt.Sprintf("LOC-%03d", len(m.localities[town])+1), name})
			}
		}
	}
}

func (m *masters) hasLocality(tenant, code string) bool {
	for _, place := range m.localities[tenant] {
		if place.code == code {
			return true
		}
	}
	return false
}

func (t *Twin) serveMasters(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		Criteria struct {
			Tenant string `json:"tenantId"`
		} `json:"MdmsCriteria"`
	}
	if json.NewDecoder(r.Body).Decode(&asked) != nil || !t.masters.states[asked.Criteria.Tenant] {
		write(w, http.StatusOK, fields{"MdmsRes": fields{}})
		return
	}
	write(w, http.StatusOK, fields{"MdmsRes": fields{"RAINMAKER-PGR": fields{"ServiceDefs": t.masters.defs}}})
}

func (t *Twin) serveBoundaries(w http.ResponseWriter, r *http.Request) {
	town := r.URL.Query().Get("tenantId")
	boundaries := make([]fields, 0, len(t.masters.localities[town]))
	for _, place := range t.masters.localities[town] {
		boundaries = append(boundaries, fields{"code": place.code, "name": place.name, "label": "Locality", "children": []fields{}})
	}
	if len(boundaries) == 0 {
		write(w, http.StatusOK, fields{"TenantBoundary": []fields{}})
		return
	}
	write(w, http.StatusOK, fields{"TenantBoundary": []fields{{
		"hierarchyType": fields{"code": "ADMIN", "name": "ADMIN"}, "boundary": boundaries,
	}}})
}

func (t *Twin) storeFile(w http.ResponseWriter, r *http.Request) {
	if !t.knowsToken(r.Header.Get("Auth-Token")) {
		unauthorized(w)
		return
	}
	if r.ParseMultipartForm(1<<20) != nil || r.FormValue("tenantId") == "" || r.FormValue("module") == "" {
		refuse(w, "EG_FILESTORE_INVALID_INPUT", "tenantId and module are mandatory")
		return
	}
	file, header, err := r.FormFile("file")
	if err != nil {
		refuse(w, "EG_FILESTORE_INVALID_INPUT", "No file")
		return
	}
	defer func() { _ = file.Close() }()
	if kind := header.Header.Get("Content-Type"); kind != "image/jpeg" && kind != "image/png" && kind != "application/pdf" {
		refuse(w, "EG_FILESTORE_INVALID_INPUT", "Invalid input provided for file, please upload any of the allowed formats : [jpg, jpeg, png, pdf]")
		return
	}
	id := rand.Text()
	content, err := io.ReadAll(file)
	if err != nil {
		refuse(w, "EG_FILESTORE_INVALID_INPUT", "No file")
		return
	}
	t.mu.Lock()
	t.files[id] = content
	t.mu.Unlock()
	write(w, http.StatusCreated, fields{"files": []fields{{"fileStoreId": id, "tenantId": r.FormValue("tenantId")}}})
}

// giveFile answers a stored file as it is.
func (t *Twin) giveFile(w http.ResponseWriter, r *http.Request) {
	if !t.knowsToken(r.Header.Get("Auth-Token")) {
		unauthorized(w)
		return
	}
	t.mu.Lock()
	content, known := t.files[r.URL.Query().Get("fileStoreId")]
	t.mu.Unlock()
	if !known {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", http.DetectContentType(content))
	_, _ = w.Write(content)
}
