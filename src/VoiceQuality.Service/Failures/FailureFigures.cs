using System.Diagnostics.Metrics;
using NodaTime;
using VoiceQuality.Service.Reference;
using VoiceQuality.Service.Telemetry;
using VoiceQuality.Service.Telemetry.Prometheus;
using VoiceQuality.Storage.Failures;

namespace VoiceQuality.Service.Failures;

/// <summary>What the metrics show of components and failures.</summary>
internal sealed class FailureFigures
{
    private readonly ComponentStates _states;
    private readonly ReferenceDirectory _reference;
    private readonly TimeProvider _time;
    private readonly int _limit;
    private readonly Counter<long> _versions;
    private volatile IReadOnlyList<ComponentState> _shown = [];

    public FailureFigures(
        ComponentStates states, ReferenceDirectory reference, ServiceMetrics metrics, PrometheusOptions options,
        TimeProvider time)
    {
        (_states, _reference, _time, _limit) = (states, reference, time, options.UnitLimit);
        _versions = metrics.Meter.CreateCounter<long>(
            "voicequality.failure.versions", "{version}", "Versions of failures that were recorded, by why.");
        metrics.Meter.CreateObservableGauge(
            "voicequality.failures.open",
            () => _shown.LongCount(one => one.State is StateName.Failed or StateName.Excluded),
            "{failure}",
            "Components with a failure that goes on.");
        metrics.Meter.CreateObservableGauge(
            "voicequality.component.state",
            Observe,
            "1",
            "1 for the state that a component is in, 0 for the others; the first of them by id, as many as units.");
    }

    /// <summary>Looks at the components again.</summary>
    public async Task ShowAsync(CancellationToken cancellationToken)
    {
        var book = await _reference.GetAsync(cancellationToken);
        var now = Instant.FromDateTimeOffset(_time.GetUtcNow());
        _shown = await _states.ListAsync(book.Components, now, cancellationToken);
    }

    /// <summary>A version was recorded.</summary>
    public void Recorded(FailureChangeKind change) =>
        _versions.Add(1, new KeyValuePair<string, object?>("change", MetricNames.Of(change)));

    private IEnumerable<Measurement<int>> Observe()
    {
        foreach (var shown in _shown.Take(_limit))
        {
            foreach (var state in Enum.GetValues<StateName>())
            {
                yield return new Measurement<int>(
                    shown.State == state ? 1 : 0,
                    new KeyValuePair<string, object?>("component", shown.Component.Id),
                    new KeyValuePair<string, object?>("state", MetricNames.Of(state)));
            }
        }
    }
}
