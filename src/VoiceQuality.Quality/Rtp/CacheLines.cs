using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace VoiceQuality.Quality.Rtp;

/// <summary>Tells the processor what will be read soon.</summary>
public static class CacheLines
{
    private const int LineOctets = 64;

    /// <summary>Asks for a line and the one behind it; see <see cref="Prefetch"/>.</summary>
    /// <param name="first">The first of it.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void PrefetchPair<T>(ref readonly T first)
    {
        if (Sse.IsSupported)
        {
            var start = (byte*)Unsafe.AsPointer(ref Unsafe.AsRef(in first));
            Sse.Prefetch0(start);
            Sse.Prefetch0(start + LineOctets);
        }
    }

    /// <summary>Asks for the line of an object's field; see <see cref="Prefetch"/>.</summary>
    /// <param name="field">The field.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void PrefetchLine<T>(ref readonly T field)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.AsRef(in field)));
        }
    }

    /// <summary>
    /// Asks for the memory from <paramref name="first"/> on. It is a hint: an object that is moved meanwhile, or an end
    /// behind the object, makes it useless and nothing worse. Where the processor has no such instruction, it is
    /// nothing.
    /// </summary>
    /// <param name="first">The first of it.</param>
    /// <param name="octets">How much, octets.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Prefetch<T>(ref readonly T first, int octets)
    {
        if (Sse.IsSupported)
        {
            var start = (byte*)Unsafe.AsPointer(ref Unsafe.AsRef(in first));
            for (var offset = 0; offset < octets; offset += LineOctets)
            {
                Sse.Prefetch0(start + offset);
            }
        }
    }

    /// <summary>
    /// Asks for an object from its first field on, whichever that is: the runtime orders the fields of a class, and puts
    /// structs that hold references behind all others. See <see cref="Prefetch"/>.
    /// </summary>
    /// <param name="instance">The object.</param>
    /// <param name="octets">How much, octets.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void PrefetchObject(object instance, int octets) =>
        Prefetch(in Unsafe.As<AnyObject>(instance).First, octets);

    // What all objects have in common: where their fields begin.
    private sealed class AnyObject(byte first)
    {
        public byte First = first;
    }
}
