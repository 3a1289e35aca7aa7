using NodaTime;
using VoiceQuality.Service.Reference;
using VoiceQuality.Storage.Failures;

namespace VoiceQuality.Service.Failures;

/// <summary>
/// Looks at the stored calls again when the international blocks are other ones than before: a call that was
/// blocked says nothing about a component any more, one that was not says it again. It goes on after a restart.
/// </summary>
internal sealed class BlockReviewer(
    BlockReviewRepository reviews, ReferenceDirectory reference, TimeProvider time, ILogger<BlockReviewer> logger)
{
    /// <summary>Calls of one step: the writer waits for some ten milliseconds.</summary>
    internal const int CallsPerStep = 500;

    /// <summary>Looks at all that is due.</summary>
    /// <param name="cancellationToken">Stops between two steps; what was done stays done.</param>
    /// <param name="steps">Stops after so many.</param>
    public async Task RunAsync(CancellationToken cancellationToken, int steps = int.MaxValue)
    {
        var access = (await reference.GetAsync(cancellationToken)).International;
        var digest = BlockRules.DigestOf(access);
        var last = await reviews.ListAsync(1, cancellationToken);
        if (last is [{ IsDone: true } done] && done.Digest == digest || (last.Count == 0 && !BlockRules.HasAny(access)))
        {
            return;
        }

        while (steps-- > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (await reviews.StepAsync(
                digest, CallsPerStep, call => BlockRules.IsBlocked(call, access),
                Instant.FromDateTimeOffset(time.GetUtcNow()), cancellationToken))
            {
                var review = (await reviews.ListAsync(1, cancellationToken))[0];
                logger.BlocksReviewed(review.Looked, review.Marked, review.Unmarked);
                return;
            }
        }
    }
}
