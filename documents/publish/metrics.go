package publish

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// lookDeadline bounds what a scrape may cost.
const lookDeadline = time.Second

// Metrics shows a monitor's health to Prometheus. Its labels are names of witnesses and closed sets.
type Metrics struct {
	monitor *Monitor
	now     func() time.Time

	readable, unpublished, oldest, waiting, published, halted, witness, list *prometheus.Desc
}

// NewMetrics makes a collector.
func NewMetrics(monitor *Monitor, now func() time.Time) *Metrics {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("jansetu_public_log_"+name, help, labels, nil)
	}
	return &Metrics{
		monitor: monitor, now: now,
		readable:    desc("readable", "1 when the public log could be looked at for this scrape."),
		unpublished: desc("unpublished", "Entries that were recorded and that nobody outside sees yet."),
		oldest:      desc("unpublished_seconds", "Age of the oldest entry that nobody outside sees yet."),
		waiting:     desc("waiting", "Entries that have no place in the log yet."),
		published:   desc("published", "Entries of the log that anybody sees."),
		halted:      desc("halted", "1: the last attempt to publish failed."),
		witness:     desc("witness_answers_total", "Answers of witnesses: signed, refused or unreachable.", "witness", "answer"),
		list:        desc("revocation_list_age_seconds", "Age of the signed list of what no longer counts; absent: none was made yet."),
	}
}

// Describe implements prometheus.Collector.
func (m *Metrics) Describe(descs chan<- *prometheus.Desc) {
	for _, desc := range []*prometheus.Desc{m.readable, m.unpublished, m.oldest, m.waiting, m.published, m.halted, m.witness, m.list} {
		descs <- desc
	}
}

// Collect implements prometheus.Collector.
func (m *Metrics) Collect(values chan<- prometheus.Metric) {
	gauge := func(desc *prometheus.Desc, value float64) {
		values <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value)
	}
	ctx, cancel := context.WithTimeout(context.Background(), lookDeadline)
	defer cancel()
	health, err := m.monitor.Health(ctx)
	if err != nil {
		gauge(m.readable, 0)
		return
	}
	gauge(m.readable, 1)
	gauge(m.unpublished, float64(health.Unpublished))
	gauge(m.oldest, m.ageOf(health.Since))
	gauge(m.waiting, float64(health.Waiting))
	gauge(m.published, float64(health.Published))
	halted := 0.0
	if health.Trouble != "" {
		halted = 1
	}
	gauge(m.halted, halted)
	if !health.ListMade.IsZero() {
		gauge(m.list, m.ageOf(health.ListMade))
	}
	for name, answers := range health.Witnesses {
		for answer, count := range map[string]int{"signed": answers.Signed, "refused": answers.Refused, "unreachable": answers.Unreachable} {
			values <- prometheus.MustNewConstMetric(m.witness, prometheus.CounterValue, float64(count), name, answer)
		}
	}
}

// ageOf is in seconds; of no moment it is 0.
func (m *Metrics) ageOf(at time.Time) float64 {
	if at.IsZero() {
		return 0
	}
	return max(0, m.now().Sub(at).Seconds())
}
