namespace VoiceQuality.Testing.Accuracy;

/// <summary>How the time that packets take varies.</summary>
public enum DelayVariation
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Even between 0 and 30 ms.</summary>
    Uniform,

    /// <summary>Normal about 20 ms with a standard deviation of 12 ms, cut off at 0.</summary>
    Normal,

    /// <summary>Exponential with a mean of 10 ms.</summary>
    Exponential,
}

/// <summary>What happens to a stream between its sender and the capture point. Several may happen at once.</summary>
public sealed record ImpairedPath
{
    /// <summary>Nothing happens.</summary>
    public static ImpairedPath Clean { get; } = new() { Name = "clean" };

    /// <summary>What the table calls it.</summary>
    public required string Name { get; init; }

    /// <summary>Independent loss, probability 0 to 1.</summary>
    public double RandomLoss { get; init; }

    /// <summary>Loss in bursts of four packets in the mean, probability 0 to 1 (two-state Markov, r = 1/4).</summary>
    public double BurstLoss { get; init; }

    /// <summary>Delay variation.</summary>
    public DelayVariation Jitter { get; init; }

    /// <summary>Fraction of packets that are 100 ms late and are overtaken.</summary>
    public double Late { get; init; }

    /// <summary>Fraction of packets that are held back 30 ms and overtaken by one or two.</summary>
    public double Reordered { get; init; }

    /// <summary>Fraction of packets that come twice.</summary>
    public double Duplicated { get; init; }

    /// <summary>Sequence number and timestamp wrap within the stream.</summary>
    public bool Wrap { get; init; }

    /// <summary>The sender goes on with another SSRC at half time.</summary>
    public bool SsrcChange { get; init; }

    /// <summary>Talk of 1.2 s, then 0.8 s of silence that begins with one comfort noise packet.</summary>
    public bool Dtx { get; init; }

    /// <summary>The sender's clock is slow by so many parts per million, which stretches the arrivals.</summary>
    public double SkewPpm { get; init; }

    /// <summary>The tap sees nothing at all for 0.5 s and for 1 s.</summary>
    public bool CaptureLoss { get; init; }

    /// <summary>Both at once.</summary>
    public static ImpairedPath Both(ImpairedPath a, ImpairedPath b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);

        return new ImpairedPath
        {
            Name = $"{a.Name} + {b.Name}",
            RandomLoss = Math.Max(a.RandomLoss, b.RandomLoss),
            BurstLoss = Math.Max(a.BurstLoss, b.BurstLoss),
            Jitter = (DelayVariation)Math.Max((int)a.Jitter, (int)b.Jitter),
            Late = Math.Max(a.Late, b.Late),
            Reordered = Math.Max(a.Reordered, b.Reordered),
            Duplicated = Math.Max(a.Duplicated, b.Duplicated),
            Wrap = a.Wrap || b.Wrap,
            SsrcChange = a.SsrcChange || b.SsrcChange,
            Dtx = a.Dtx || b.Dtx,
            SkewPpm = a.SkewPpm + b.SkewPpm,
            CaptureLoss = a.CaptureLoss || b.CaptureLoss,
        };
    }

    /// <summary>One impairment at a time, at several strengths.</summary>
    public static IReadOnlyList<ImpairedPath> Singles { get; } =
    [
        Clean,
        .. Levels.Select(static level => new ImpairedPath
        {
            Name = FormattableString.Invariant($"random loss {level} %"), RandomLoss = level / 100,
        }),
        .. Levels.Select(static level => new ImpairedPath
        {
            Name = FormattableString.Invariant($"burst loss {level} %"), BurstLoss = level / 100,
        }),
        .. Base,
    ];

    /// <summary>Every two different impairments at once, at one strength each.</summary>
    public static IReadOnlyList<ImpairedPath> Pairs { get; } = [.. MakePairs()];

    private static double[] Levels => [0.5, 1, 2, 5, 10, 20];

    private static ImpairedPath[] Base =>
    [
        new() { Name = "uniform jitter", Jitter = DelayVariation.Uniform },
        new() { Name = "normal jitter", Jitter = DelayVariation.Normal },
        new() { Name = "exponential jitter", Jitter = DelayVariation.Exponential },
        new() { Name = "late", Late = 0.01 },
        new() { Name = "duplicates", Duplicated = 0.05 },
        new() { Name = "reordering", Reordered = 0.02 },
        new() { Name = "wrap", Wrap = true },
        new() { Name = "SSRC change", SsrcChange = true },
        new() { Name = "DTX", Dtx = true },
        new() { Name = "skew +200 ppm", SkewPpm = 200 },
        new() { Name = "skew -200 ppm", SkewPpm = -200 },
        new() { Name = "capture loss", CaptureLoss = true },
    ];

    private static IEnumerable<ImpairedPath> MakePairs()
    {
        ImpairedPath[] all =
        [
            new() { Name = "random loss 2 %", RandomLoss = 0.02 },
            new() { Name = "burst loss 2 %", BurstLoss = 0.02 },
            .. Base,
        ];
        for (var i = 0; i < all.Length; i++)
        {
            for (var j = i + 1; j < all.Length; j++)
            {
                var areSameKind = (all[i].Jitter != 0 && all[j].Jitter != 0)
                    || (all[i].SkewPpm != 0 && all[j].SkewPpm != 0);
                if (!areSameKind)
                {
                    yield return Both(all[i], all[j]);
                }
            }
        }
    }
}
