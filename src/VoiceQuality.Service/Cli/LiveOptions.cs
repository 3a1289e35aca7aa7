using System.CommandLine;
using VoiceQuality.Monitor.Sources.Live;

namespace VoiceQuality.Service.Cli;

/// <summary>What a command line says of a live capture.</summary>
/// <param name="Interfaces">At least one.</param>
/// <param name="Duration">Null until it is interrupted.</param>
/// <param name="Capture">How packets are taken.</param>
internal sealed record LiveRequest(string[] Interfaces, TimeSpan? Duration, LiveCaptureOptions Capture);

/// <summary>The options of <c>analyze</c> that capture live.</summary>
internal sealed class LiveOptions
{
    private readonly Option<string[]> _interfaces = new("--interface")
    {
        Description = "Capture on this interface instead of reading files; may be given again. It takes CAP_NET_RAW.",
        HelpName = "NAME",
    };

    private readonly Option<double?> _duration = new("--duration")
    {
        Description = "With --interface: seconds to capture; without, until it is interrupted (Ctrl-C).",
        HelpName = "SECONDS",
    };

    private readonly Option<string?> _filter = new("--filter")
    {
        Description = "With --interface: a filter as tcpdump takes it. Without, all that may hold SIP, RTP or RTCP.",
        HelpName = "EXPRESSION",
    };

    private readonly Option<int?> _ring = new("--ring")
    {
        Description = "With --interface: MiB that packets of one reader may wait in, 1 to 4096 (default 64).",
        HelpName = "MIB",
    };

    private readonly Option<int?> _readers = new("--readers")
    {
        Description = "With --interface: rings that the kernel shares the packets of one interface among, each read by a "
            + "thread of its own, 1 to 16 (default 1).",
        HelpName = "N",
    };

    private readonly Option<bool> _leaveOutOtherUdp = new("--leave-out-other-udp")
    {
        Description = "With --interface: UDP that can be neither SIP nor RTP nor RTCP nor a tunnel stays in the kernel, "
            + "and is counted there.",
    };

    /// <summary>Adds the options, and what they ask of one another and of the files.</summary>
    public void AddTo(Command verb, Argument<string[]> files)
    {
        verb.Add(_interfaces);
        verb.Add(_duration);
        verb.Add(_filter);
        verb.Add(_ring);
        verb.Add(_readers);
        verb.Add(_leaveOutOtherUdp);
        verb.Validators.Add(result =>
        {
            var isLive = result.GetValue(_interfaces) is { Length: > 0 };
            var hasFiles = result.GetValue(files) is { Length: > 0 };
            if (isLive == hasFiles)
            {
                result.AddError("Give capture files, or an interface with --interface; one of the two.");
            }
            else if (!isLive && (result.GetValue(_duration) is not null || result.GetValue(_filter) is not null
                || result.GetValue(_ring) is not null || result.GetValue(_readers) is not null
                || result.GetValue(_leaveOutOtherUdp)))
            {
                result.AddError(
                    "--duration, --filter, --ring, --readers and --leave-out-other-udp go with --interface.");
            }
            else if (result.GetValue(_duration) is <= 0 or > 1e6 or double.NaN)
            {
                result.AddError("--duration takes more than 0 and at most 1000000 seconds.");
            }
            else if (result.GetValue(_ring) is < 1 or > 4_096)
            {
                result.AddError("--ring takes 1 to 4096 MiB.");
            }
            else if (result.GetValue(_readers) is < 1 or > LiveCaptureOptions.MaxReaders)
            {
                result.AddError("--readers takes 1 to 16.");
            }
        });
    }

    /// <summary>What was asked for; null when files are read.</summary>
    public LiveRequest? Of(ParseResult result) =>
        result.GetValue(_interfaces) is { Length: > 0 } interfaces
            ? new LiveRequest(
                [.. interfaces.Distinct(StringComparer.Ordinal)],
                result.GetValue(_duration) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
                new LiveCaptureOptions
                {
                    Filter = result.GetValue(_filter),
                    RingMiB = result.GetValue(_ring) ?? new LiveCaptureOptions().RingMiB,
                    LeaveOutOtherUdp = result.GetValue(_leaveOutOtherUdp),
                    Readers = result.GetValue(_readers) ?? new LiveCaptureOptions().Readers,
                })
            : null;
}
