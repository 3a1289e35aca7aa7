using System.ComponentModel.DataAnnotations;

namespace VoiceQuality.Service.Telemetry.Prometheus;

/// <summary>What <c>/metrics</c> shows and how much of it.</summary>
internal sealed class PrometheusOptions
{
    public const string SectionName = "Prometheus";

    /// <summary>Whether <c>/metrics</c> is served at all.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Series that one instrument may have. More are left out and counted.</summary>
    [Range(16, 100_000)]
    public int SeriesPerInstrument { get; set; } = 2_000;

    /// <summary>
    /// Units that have gauges of the current month, by the order of their ids. More are left out and counted.
    /// </summary>
    [Range(0, 20_000)]
    public int UnitLimit { get; set; } = 500;

    /// <summary>
    /// Whether unit gauges carry the account's and the unit's name besides their ids. Off, because whoever reads
    /// metrics would learn who the customers are.
    /// </summary>
    public bool ShowNames { get; set; }
}
