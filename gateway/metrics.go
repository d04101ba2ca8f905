package gateway

import (
	"context"
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/jansetu/jansetu/gateway/whatsapp"
	"github.com/jansetu/jansetu/store"
)

// metrics is what the gateway counts. Labels are closed sets and our own ids, never what a citizen wrote.
type metrics struct {
	webhooks       *prometheus.CounterVec
	ignored        *prometheus.CounterVec
	turns          prometheus.Counter
	turnSeconds    prometheus.Histogram
	turnsPerCommit prometheus.Histogram
	duplicates     prometheus.Counter
	conflicts      prometheus.Counter
	poison         prometheus.Counter
	panics         prometheus.Counter
	foreignChoices prometheus.Counter
	masked         *prometheus.CounterVec
	flows          *prometheus.CounterVec
	unanswered     prometheus.Counter
	statuses       *prometheus.CounterVec
	failedStatuses *prometheus.CounterVec
	sends          *prometheus.CounterVec
	sendSeconds    prometheus.Histogram
	senderStopped  *prometheus.GaugeVec
	workflows      *prometheus.CounterVec
}

func newMetrics(registry prometheus.Registerer) (*metrics, error) {
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Namespace: "jansetu", Name: name, Help: help})
	}
	counters := func(name, help, label string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "jansetu", Name: name, Help: help}, []string{label})
	}
	histogram := func(name, help string, buckets []float64) prometheus.Histogram {
		return prometheus.NewHistogram(prometheus.HistogramOpts{Namespace: "jansetu", Name: name, Help: help, Buckets: buckets})
	}
	seconds := prometheus.ExponentialBuckets(0.001, 2, 14)
	m := &metrics{
		webhooks:       counters("webhooks_total", "Webhook requests by how they ended.", "result"),
		ignored:        counters("webhook_items_ignored_total", "Items of webhooks that were left out, by reason.", "reason"),
		turns:          counter("turns_total", "Messages of citizens that were stored."),
		turnSeconds:    histogram("turn_commit_seconds", "Time to process and commit a group of messages.", seconds),
		turnsPerCommit: histogram("turns_per_commit", "Messages in one transaction.", prometheus.ExponentialBuckets(1, 2, 10)),
		duplicates:     counter("messages_duplicate_total", "Messages that had been delivered before."),
		conflicts:      counter("transactions_repeated_total", "Transactions done again because another was in their way."),
		poison:         counter("messages_poison_total", "Messages and statuses that could not be processed."),
		panics:         counter("dialog_panics_total", "Turns in which the dialog panicked."),
		foreignChoices: counter("choices_foreign_total", "Pressed buttons and rows that we had not signed for that conversation."),
		unanswered:     counter("messages_unanswered_total", "Messages of persons who sent more than are answered."),
		masked:         counters("identity_numbers_masked_total", "Aadhaar and card numbers removed from messages, by kind.", "kind"),
		flows:          counters("flow_requests_total", "Requests of open native forms by how they ended.", "result"),
		statuses:       counters("statuses_total", "Delivery statuses by state.", "state"),
		failedStatuses: counters("messages_failed_total", "Accepted messages that failed, by class of error.", "class"),
		sends:          counters("sends_total", "Calls to send a message, by class of error; accepted: none.", "class"),
		sendSeconds:    histogram("send_seconds", "Time of one call to send a message.", seconds),
		workflows:      counters("workflow_calls_total", "Starts and signals of workflows by result.", "result"),
		senderStopped: prometheus.NewGaugeVec(prometheus.GaugeOpts{Namespace: "jansetu", Name: "sender_stopped",
			Help: "1: Meta refuses everything from this number; its queue is kept and a person must act."}, []string{"sender"}),
	}
	all := []prometheus.Collector{m.webhooks, m.ignored, m.turns, m.turnSeconds, m.turnsPerCommit, m.duplicates,
		m.conflicts, m.poison, m.panics, m.foreignChoices, m.masked, m.flows, m.unanswered, m.statuses, m.failedStatuses, m.sends, m.sendSeconds, m.workflows,
		m.senderStopped}
	failures := make([]error, len(all))
	for i, collector := range all {
		failures[i] = registry.Register(collector)
	}
	return m, errors.Join(failures...)
}

func (m *metrics) turnsCommitted(turns int, took time.Duration) {
	m.turns.Add(float64(turns))
	m.turnSeconds.Observe(took.Seconds())
	m.turnsPerCommit.Observe(float64(turns))
}

func (m *metrics) webhook(result whatsapp.WebhookResult) {
	m.webhooks.WithLabelValues(string(result)).Inc()
}

func (m *metrics) leftOut(reason whatsapp.Ignored, items int) {
	m.ignored.WithLabelValues(string(reason)).Add(float64(items))
}

func (m *metrics) stopped(sender string, stopped bool) {
	value := 0.0
	if stopped {
		value = 1
	}
	m.senderStopped.WithLabelValues(sender).Set(value)
}

// statsDeadline bounds what a scrape may cost.
const statsDeadline = time.Second

// outboxCollector reads what waits to leave, when it is scraped.
type outboxCollector struct {
	store                               *store.Store
	ready, later, lag                   *prometheus.Desc
	unsent, oldest, waiting, doubt, ups *prometheus.Desc
}

func newOutboxCollector(s *store.Store) *outboxCollector {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("jansetu_outbox_"+name, help, labels, nil)
	}
	return &outboxCollector{store: s,
		ready:   desc("lanes_ready", "Lanes that could be sent from now.", "sender"),
		later:   desc("lanes_later", "Lanes that are being sent from, or deferred.", "sender"),
		lag:     desc("lag_seconds", "How long the longest-ready lane has been ready.", "sender"),
		unsent:  desc("unsent", "Rows that have not been sent."),
		oldest:  desc("oldest_seconds", "Age of the oldest row that has not been sent."),
		waiting: desc("waiting_for_citizen", "Messages without a template that wait for the citizen to write."),
		doubt:   desc("in_doubt", "Messages of which nobody knows yet whether they were taken."),
		ups:     desc("readable", "1 when the outbox could be read for this scrape."),
	}
}

// Describe implements prometheus.Collector.
func (c *outboxCollector) Describe(descs chan<- *prometheus.Desc) {
	for _, desc := range []*prometheus.Desc{c.ready, c.later, c.lag, c.unsent, c.oldest, c.waiting, c.doubt, c.ups} {
		descs <- desc
	}
}

// Collect implements prometheus.Collector.
func (c *outboxCollector) Collect(values chan<- prometheus.Metric) {
	gauge := func(desc *prometheus.Desc, value float64, labels ...string) {
		values <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value, labels...)
	}
	ctx, cancel := context.WithTimeout(context.Background(), statsDeadline)
	defer cancel()
	stats, err := c.store.OutboxStats(ctx)
	if err != nil {
		gauge(c.ups, 0)
		return
	}
	gauge(c.ups, 1)
	for _, lane := range stats.Lanes {
		gauge(c.ready, float64(lane.Ready), lane.Sender)
		gauge(c.later, float64(lane.Later), lane.Sender)
		gauge(c.lag, lane.Lag.Seconds(), lane.Sender)
	}
	gauge(c.unsent, float64(stats.Unsent))
	gauge(c.oldest, stats.Oldest.Seconds())
	gauge(c.waiting, float64(stats.Waiting))
	gauge(c.doubt, float64(stats.Doubt))
}
