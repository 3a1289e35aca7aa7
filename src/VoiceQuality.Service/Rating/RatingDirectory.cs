using VoiceQuality.Service.Reference;
using VoiceQuality.Sla.Rating;
using VoiceQuality.Sla.Reference;

namespace VoiceQuality.Service.Rating;

/// <summary>The reference data in force, and what months are rated by under them.</summary>
internal sealed class RatingDirectory(ReferenceDirectory references)
{
    private volatile RatingFingerprints _current = new(ReferenceBook.Empty);

    /// <summary>One snapshot; the same one as long as the reference data are.</summary>
    public async Task<RatingFingerprints> GetAsync(CancellationToken cancellationToken)
    {
        var book = await references.GetAsync(cancellationToken);
        var current = _current;
        if (!ReferenceEquals(current.Book, book))
        {
            _current = current = new RatingFingerprints(book);
        }

        return current;
    }
}
