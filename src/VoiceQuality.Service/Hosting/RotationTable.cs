namespace VoiceQuality.Service.Hosting;

/// <summary>
/// The rotations that files belong to, and which of them are read now. Threads may share it; of one rotation one file
/// is read at a time.
/// </summary>
internal sealed class RotationTable : IDisposable
{
    private const int MaxRotations = 256;

    /// <summary>
    /// Rotations that nobody reads and whose pipeline is kept; the others make theirs again from their files.
    /// </summary>
    private const int MaxLive = 4;

    private readonly Lock _gate = new();

    // The one that was read last comes last.
    private readonly List<CaptureRotation> _rotations = [];

    /// <summary>Whether it takes the last packet of a file to tell where the file belongs.</summary>
    public bool NeedsEnd(RotationName name, long firstUs)
    {
        lock (_gate)
        {
            return _rotations.Exists(rotation => rotation.GoesOnAfter(name, firstUs));
        }
    }

    /// <summary>Takes the rotation of a file for reading it.</summary>
    /// <param name="file">The file; its last packet counts where <see cref="NeedsEnd"/> says so.</param>
    /// <param name="busy">The file of the same rotation that is read now, when there is one.</param>
    /// <returns>The rotation, until <see cref="Release"/>; null when another file of it is read.</returns>
    public CaptureRotation? TryClaim(CapturedFile file, out FileInReading? busy)
    {
        lock (_gate)
        {
            var rotation = RotationOf(file);
            busy = rotation.Current;
            if (busy is not null)
            {
                return null;
            }

            rotation.Current = new FileInReading(file.Path, file.Name, file.FirstUs);
            return rotation;
        }
    }

    /// <summary>Whether a file belongs to a rotation of which another file is read now.</summary>
    public bool IsBusy(CapturedFile file)
    {
        lock (_gate)
        {
            return Find(file)?.Current is not null;
        }
    }

    /// <summary>Gives a rotation back.</summary>
    public void Release(CaptureRotation rotation)
    {
        lock (_gate)
        {
            rotation.Current?.End();
            rotation.Current = null;
            TrimLive();
        }
    }

    /// <summary>A file that was read, by this program or an earlier start, takes its place in its rotation.</summary>
    public void Note(CapturedFile file)
    {
        lock (_gate)
        {
            var rotation = RotationOf(file);
            if (!rotation.Files.Any(other => other.Path == file.Path))
            {
                rotation.Add(file);
            }
        }
    }

    /// <summary>Ends the pipelines. What goes on in them is stored as it stood at the end of its last file.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _rotations.ForEach(static rotation => rotation.Replace(null));
        }
    }

    /// <summary>
    /// The rotation of a file: the one that has read it before, else the one with the most similar names that it can
    /// belong to, else none.
    /// </summary>
    private CaptureRotation? Find(CapturedFile file) =>
        _rotations.Find(rotation => rotation.Has(file.Path))
            ?? _rotations.Where(rotation => rotation.Admits(file.Name, file.FirstUs, file.LastUs))
                .MinBy(rotation => rotation.DifferenceFrom(file.Name));

    private CaptureRotation RotationOf(CapturedFile file)
    {
        var rotation = Find(file) ?? new CaptureRotation();
        _rotations.Remove(rotation);
        _rotations.Add(rotation);
        if (_rotations.Count > MaxRotations
            && _rotations.Find(static rotation => rotation.Current is null) is { } oldest && oldest != rotation)
        {
            oldest.Replace(null);
            _rotations.Remove(oldest);
        }

        TrimLive();
        return rotation;
    }

    private void TrimLive()
    {
        foreach (var idle in _rotations.Where(static rotation => rotation is { Current: null, Live: not null })
            .SkipLast(MaxLive).ToArray())
        {
            idle.Replace(null);
        }
    }
}
