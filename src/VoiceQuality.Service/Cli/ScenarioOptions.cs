using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using VoiceQuality.Monitor.Sources.Synthetic;

namespace VoiceQuality.Service.Cli;

/// <summary>The options of <c>generate</c> that describe its traffic. Each changes a preset.</summary>
internal sealed class ScenarioOptions
{
    private readonly Option<string> _preset = new("--preset")
    {
        Description = "clean (no impairment) or mixed (a bit of everything); other options change it.",
        DefaultValueFactory = _ => "clean",
    };

    private readonly Option<bool> _nanoseconds = new("--nanoseconds")
    {
        Description = "Stamps with nanoseconds instead of microseconds.",
    };

    private readonly List<(Option<string?> Option, Func<SyntheticScenario, string, SyntheticScenario> Apply)> _options =
        [];

    public ScenarioOptions()
    {
        _preset.AcceptOnlyFromAmong("clean", "mixed");

        Add("--seed", "N", "Seed of everything random, 0 to 2^64-1.", static (s, v) => s with { Seed = ULong(v) });
        Add("--calls", "N", "Calls, 1 to 1000000000.", static (s, v) => s with { Calls = Long(v) });
        Add("--duration", "S", "Mean time from answer to BYE, s, 0 to 43200.",
            static (s, v) => s with { Duration = Seconds(v, 43_200) });
        Add("--vary", "F", "Durations vary by this fraction either way, 0 to 1.",
            static (s, v) => s with { DurationVariation = Number(v) });
        Add("--start", "INSTANT", "Start, ISO 8601 in UTC.", static (s, v) => s with { Start = Instant(v) });
        Add("--stagger", "S", "Time over which the calls start, s; half of the duration unless given.",
            static (s, v) => s with { Stagger = Seconds(v, 315_360_000) });
        Add("--units", "N", "Business units with a trunk each, 1 to 256.",
            static (s, v) => s with { Units = Int(v) });
        Add("--codecs", "NAME:W,…", "Weights of PCMU, PCMA, G722, GSM, G729, Opus.",
            static (s, v) => s with { Codecs = Codecs(v) });
        Add("--ipv6", "F", "Fraction of calls over IPv6.", static (s, v) => s with { Ipv6Fraction = Number(v) });
        Add("--vlan", "F", "Fraction of calls with an 802.1Q tag.",
            static (s, v) => s with { VlanFraction = Number(v) });
        Add("--rtcp", "S", "Mean time between RTCP packets, s, 1 to 300; 0 for none.",
            static (s, v) => s with { RtcpInterval = Seconds(v, 300) });
        AddOutcomes();
        AddImpairments();
    }

    public void AddTo(Command command)
    {
        command.Add(_preset);
        foreach (var (option, _) in _options)
        {
            command.Add(option);
        }

        command.Add(_nanoseconds);
    }

    /// <summary>The scenario that the options describe.</summary>
    /// <exception cref="CliException">A value is no number or out of range.</exception>
    public SyntheticScenario Read(ParseResult result)
    {
        var scenario = result.GetValue(_preset) == "mixed" ? SyntheticScenario.Mixed : SyntheticScenario.Clean;

        foreach (var (option, apply) in _options)
        {
            if (result.GetValue(option) is not { } text)
            {
                continue;
            }

            try
            {
                scenario = apply(scenario, text);
            }
            catch (Exception exception) when (exception is FormatException or OverflowException)
            {
                throw new CliException($"{option.Name} does not understand its value; give {option.HelpName}: "
                    + option.Description);
            }
        }

        scenario = scenario with { NanosecondStamps = result.GetValue(_nanoseconds) };

        return scenario.FindProblem() is { } problem
            ? throw new CliException($"{problem}; see 'voicequality generate --help'.")
            : scenario;
    }

    private void AddOutcomes()
    {
        Add("--rejected", "F", "Fraction of calls that end with 404, 486 or 603.",
            static (s, v) => s with { RejectedFraction = Number(v) });
        Add("--failed", "F", "Fraction of calls that end with 500, 503 or 504.",
            static (s, v) => s with { FailedFraction = Number(v) });
        Add("--cancelled", "F", "Fraction of calls that the caller cancels.",
            static (s, v) => s with { CancelledFraction = Number(v) });
        Add("--unanswered", "F", "Fraction of calls that end with 408 or 480.",
            static (s, v) => s with { UnansweredFraction = Number(v) });
        Add("--late-capture", "F", "Fraction of answered calls whose set-up is not captured.",
            static (s, v) => s with { LateCaptureFraction = Number(v) });
        Add("--one-way", "F", "Fraction of calls in which one side sends no media.",
            static (s, v) => s with { OneWayFraction = Number(v) });
    }

    private void AddImpairments()
    {
        Add("--loss", "F:P", "Fraction of streams with independent loss of probability P.", static (s, v) =>
        {
            var n = Numbers(v, 2);
            return s with { LossFraction = n[0], LossProbability = n[1] };
        });
        Add("--burst", "F:p:r[:h]", "Gilbert-Elliott loss: good to bad p, bad to good r, loss in bad h (1).",
            static (s, v) =>
            {
                var n = Numbers(v, 3, 4);
                return s with { BurstFraction = n[0], Burst = new BurstLoss(n[1], n[2], n.Length == 4 ? n[3] : 1) };
            });
        Add("--jitter", "F:MS", "Exponential delay with mean MS; packets keep their order.", static (s, v) =>
        {
            var n = Numbers(v, 2);
            return s with { JitterFraction = n[0], JitterMs = n[1] };
        });
        Add("--base-jitter", "US", "Mean exponential delay of all other streams, us.",
            static (s, v) => s with { BaseJitterUs = Number(v) });
        Add("--spikes", "F:P:MS", "With probability P a packet, and those behind it, wait for MS.", static (s, v) =>
        {
            var n = Numbers(v, 3);
            return s with { SpikeFraction = n[0], SpikeProbability = n[1], SpikeMs = n[2] };
        });
        Add("--late", "F:P:MS", "With probability P (to 0.5) a single packet is MS late.", static (s, v) =>
        {
            var n = Numbers(v, 3);
            return s with { LateFraction = n[0], LateProbability = n[1], LateMs = n[2] };
        });
        Add("--reorder", "F:P", "With probability P (to 0.5) a packet is held back 25 to 65 ms.", static (s, v) =>
        {
            var n = Numbers(v, 2);
            return s with { ReorderFraction = n[0], ReorderProbability = n[1] };
        });
        Add("--dup", "F:P", "With probability P a packet is seen twice.", static (s, v) =>
        {
            var n = Numbers(v, 2);
            return s with { DuplicateFraction = n[0], DuplicateProbability = n[1] };
        });
        Add("--dtx", "F", "Fraction of streams with silence suppression and comfort noise.",
            static (s, v) => s with { SilenceSuppressionFraction = Number(v) });
        Add("--telephone-events", "F:N", "Fraction of streams with N (to 8) telephone-events.", static (s, v) =>
        {
            var n = Numbers(v, 2);
            return n[1] is >= 0 and <= 8 && n[1] == Math.Truncate(n[1])
                ? s with { TelephoneEventFraction = n[0], TelephoneEvents = (int)n[1] }
                : throw new FormatException();
        });
        Add("--ssrc-change", "F", "Fraction of streams whose sender restarts with a new SSRC.",
            static (s, v) => s with { SsrcChangeFraction = Number(v) });
    }

    private void Add(
        string name, string helpName, string description, Func<SyntheticScenario, string, SyntheticScenario> apply) =>
        _options.Add((new Option<string?>(name) { Description = description, HelpName = helpName }, apply));

    private static double Number(string text)
    {
        var number = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

        return double.IsFinite(number) ? number : throw new FormatException();
    }

    private static double[] Numbers(string text, params int[] counts)
    {
        double[] numbers = [.. text.Split(':').Select(Number)];

        return counts.Contains(numbers.Length) ? numbers : throw new FormatException();
    }

    private static int Int(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static long Long(string text) => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static ulong ULong(string text) => ulong.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static TimeSpan Seconds(string text, double max) => Number(text) is var seconds && seconds >= 0 && seconds <= max
        ? TimeSpan.FromSeconds(seconds)
        : throw new FormatException();

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(
        text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);

    private static ImmutableArray<CodecWeight> Codecs(string text) =>
    [
        .. text.Split(',').Select(item =>
        {
            var parts = item.Split(':');
            return parts.Length <= 2
                && Enum.GetNames<SyntheticCodec>().Contains(parts[0], StringComparer.OrdinalIgnoreCase)
                ? new CodecWeight(
                    Enum.Parse<SyntheticCodec>(parts[0], ignoreCase: true), parts.Length == 2 ? Number(parts[1]) : 1)
                : throw new FormatException();
        }),
    ];
}
