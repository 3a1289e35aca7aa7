using VoiceQuality.Quality.Rtp;

namespace VoiceQuality.Quality.Tests.Rtp;

public sealed class MeterPolicyTests
{
    [Fact]
    public void Policies_are_equal_when_every_setting_is()
    {
        JitterBufferModel[] more = [new(JitterBufferKind.Adaptive, 200)];
        var policy = new MeterPolicy { MoreJitterBuffers = [.. more] };
        MeterPolicy[] others =
        [
            policy with { JitterBuffer = JitterBufferKind.Adaptive },
            policy with { JitterBufferMs = 61 },
            policy with { MoreJitterBuffers = [] },
            policy with { MoreJitterBuffers = [new JitterBufferModel(JitterBufferKind.Adaptive, 201)] },
            policy with { IntervalMs = 5_000 },
            policy with { MaxIntervals = 9 },
            policy with { NeverReAnchor = true },
            policy with { WithoutSkewCorrection = true },
        ];

        var copy = policy;
        Assert.Equal(policy, copy);
        Assert.Equal(policy.GetHashCode(), copy.GetHashCode());
        Assert.All(others, other => Assert.NotEqual(policy, other));
    }
}
