// Reads the episodes of a Minari dataset in a process of its own.
//
// libhdf5 does not withstand every damaged file: it divides by zero or follows null pointers (MinariReadingTests has
// such files). What happens to that process happens to nothing else: it ends, and the reader finds no end of its stream.
// It has limits of memory and time, loads no plug-ins and opens no other file.
//
// The stream: an hdf5_record, and behind one of an episode its observations and its actions, a byte a value.
#include <hdf5.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
  HDF5_EPISODE = 1,
  HDF5_END = 2,
  // The rest are why there are no more episodes; `name` says of what.
  HDF5_NO_FILE = 3,
  HDF5_NO_GROUP = 4,
  HDF5_NO_ARRAY = 5,
  HDF5_NOT_INTEGERS = 6,
  HDF5_SHAPE = 7,
  HDF5_TOO_LARGE = 8,
  HDF5_OTHER_FILE = 9,
  HDF5_ATTRIBUTE = 10,
  // Which nobody sees: the stream ends.
  HDF5_UNREADABLE = 11,
};

/// What is known of an episode, or why it is not read.
typedef struct {
  int32_t kind;
  int32_t episode;
  char name[16];
  /// Axes, at most two of which have lengths here.
  int32_t rank;
  /// Which of the attributes below there are, a bit each.
  int32_t attributes;
  uint64_t lengths[2];
  /// Steps, T: there are T actions and, of each of T + 1 observations, `bits` values.
  uint64_t steps;
  int64_t values[4];
} hdf5_record;

/// The attributes of an episode, in the order of their bits.
static const char *const hdf5_attributes[4] = {"seed", "last_action", "recorded_first", "recorded_last"};

static inline int hdf5_write(int out, const void *bytes, size_t count) {
  const char *next = (const char *)bytes;
  while (count > 0) {
    ssize_t written = write(out, next, count);
    if (written < 0) return -1;
    next += written;
    count -= (size_t)written;
  }
  return 0;
}

/// Whether a name is an object of this file, rather than a link to another's.
static inline int hdf5_is_own(hid_t place, const char *name) {
  H5L_info_t info;
  return H5Lexists(place, name, H5P_DEFAULT) > 0 && H5Lget_info(place, name, &info, H5P_DEFAULT) >= 0
    && info.type == H5L_TYPE_HARD;
}

/// Opens an array of `rank` axes of whole numbers or truth values; its lengths go to the record.
static inline hid_t hdf5_array(hid_t group, const char *name, int rank, hdf5_record *record) {
  strncpy(record->name, name, sizeof record->name - 1);
  record->kind = HDF5_NO_ARRAY;
  if (!hdf5_is_own(group, name)) return -1;
  hid_t array = H5Dopen2(group, name, H5P_DEFAULT);
  if (array < 0) return -1;
  hid_t layout = H5Dget_create_plist(array);
  record->kind = HDF5_OTHER_FILE;
  if (layout < 0 || H5Pget_external_count(layout) != 0 || H5Pget_layout(layout) == H5D_VIRTUAL) return -1;
  hid_t type = H5Dget_type(array);
  record->kind = HDF5_NOT_INTEGERS;
  H5T_class_t kind = H5Tget_class(type);
  if (kind != H5T_INTEGER && kind != H5T_ENUM) return -1;
  hid_t space = H5Dget_space(array);
  record->kind = HDF5_SHAPE;
  record->rank = H5Sget_simple_extent_ndims(space);
  if (record->rank != rank) return -1;
  hsize_t lengths[2] = {0, 0};
  if (H5Sget_simple_extent_dims(space, lengths, NULL) != rank) return -1;
  for (int axis = 0; axis < 2; axis++) record->lengths[axis] = lengths[axis];
  H5Pclose(layout);
  H5Tclose(type);
  H5Sclose(space);
  return array;
}

/// Writes the first `rows` rows of an array, `width` values each, as bytes; what does not fit a byte is its limit.
static inline int hdf5_copy(hid_t array, int rank, uint64_t rows, uint64_t width, int out) {
  static int8_t block[1 << 18];
  uint64_t most = sizeof block / width;
  for (uint64_t row = 0; row < rows; row += most) {
    hsize_t start[2] = {row, 0};
    hsize_t count[2] = {rows - row < most ? rows - row : most, width};
    hid_t file = H5Dget_space(array);
    hid_t memory = H5Screate_simple(rank, count, NULL);
    if (file < 0 || memory < 0) return -1;
    if (H5Sselect_hyperslab(file, H5S_SELECT_SET, start, NULL, count, NULL) < 0) return -1;
    if (H5Dread(array, H5T_NATIVE_INT8, memory, file, H5P_DEFAULT, block) < 0) return -1;
    H5Sclose(file);
    H5Sclose(memory);
    if (hdf5_write(out, block, count[0] * width) < 0) return -1;
  }
  return 0;
}

/// Reads the attributes that are there; all are single whole numbers.
static inline int hdf5_read_attributes(hid_t group, hdf5_record *record) {
  for (int index = 0; index < 4; index++) {
    strncpy(record->name, hdf5_attributes[index], sizeof record->name - 1);
    htri_t exists = H5Aexists(group, hdf5_attributes[index]);
    if (exists < 0) return -1;
    if (exists == 0) continue;
    hid_t attribute = H5Aopen(group, hdf5_attributes[index], H5P_DEFAULT);
    hid_t type = H5Aget_type(attribute);
    hid_t space = H5Aget_space(attribute);
    if (attribute < 0 || H5Tget_class(type) != H5T_INTEGER || H5Sget_simple_extent_npoints(space) != 1) return -1;
    // A seed takes all 64 bits, with a sign or without.
    hid_t memory = H5Tget_sign(type) == H5T_SGN_NONE ? H5T_NATIVE_UINT64 : H5T_NATIVE_INT64;
    if (H5Aread(attribute, memory, &record->values[index]) < 0) return -1;
    record->attributes |= 1 << index;
    H5Tclose(type);
    H5Sclose(space);
    H5Aclose(attribute);
  }
  memset(record->name, 0, sizeof record->name);
  return 0;
}

/// Writes an episode, or says in the record why not.
static inline int hdf5_extract_episode(hid_t file, uint64_t width, uint64_t *room, hdf5_record *record, int out) {
  char name[32];
  snprintf(name, sizeof name, "episode_%d", record->episode);
  record->kind = HDF5_NO_GROUP;
  if (!hdf5_is_own(file, name)) return -1;
  hid_t group = H5Gopen2(file, name, H5P_DEFAULT);
  if (group < 0) return -1;
  record->kind = HDF5_ATTRIBUTE;
  if (hdf5_read_attributes(group, record) < 0) return -1;
  hid_t actions = hdf5_array(group, "actions", 1, record);
  if (actions < 0) return -1;
  record->steps = record->lengths[0];
  memset(record->name, 0, sizeof record->name);
  hid_t observations = hdf5_array(group, "observations", 2, record);
  if (observations < 0) return -1;
  if (record->lengths[0] != record->steps + 1 || record->lengths[1] != width) return -1;
  record->kind = HDF5_TOO_LARGE;
  if (record->lengths[0] > *room) return -1;
  *room -= record->lengths[0];
  record->kind = HDF5_EPISODE;
  hdf5_record head = *record;
  if (hdf5_write(out, &head, sizeof head) < 0) return -1;
  record->kind = HDF5_UNREADABLE;
  if (hdf5_copy(observations, 2, record->steps + 1, width, out) < 0) return -1;
  strncpy(record->name, "actions", sizeof record->name - 1);
  if (hdf5_copy(actions, 1, record->steps, 1, out) < 0) return -1;
  H5Dclose(observations);
  H5Dclose(actions);
  H5Gclose(group);
  return 0;
}

/// Limits of what the process may use beside what it has: ten minutes and, on Linux, 1 GiB. Returns 0, or -1 where it could
/// not be limited.
static inline int hdf5_limit_process(void) {
  for (int number = 1; number < 32; number++) signal(number, SIG_DFL);
  struct rlimit limit = {0, 0};
  setrlimit(RLIMIT_CORE, &limit);
  limit.rlim_cur = limit.rlim_max = 600;
  setrlimit(RLIMIT_CPU, &limit);
#ifdef __linux__
  unsigned long pages = 0;
  FILE *sizes = fopen("/proc/self/statm", "r");
  if (sizes == NULL) return -1;
  int found = fscanf(sizes, "%lu", &pages);
  fclose(sizes);
  limit.rlim_cur = limit.rlim_max = pages * (unsigned long)sysconf(_SC_PAGESIZE) + (1ul << 30);
  if (found != 1 || setrlimit(RLIMIT_AS, &limit) != 0) return -1;
#endif
  return 0;
}

static inline void hdf5_extract(const char *path, int episodes, uint64_t width, uint64_t room, int out) {
  H5open();
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
  H5PLset_loading_state(0);
  hdf5_record record = {.kind = HDF5_NO_FILE};
  hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
  for (int episode = 0; file >= 0 && episode < episodes; episode++) {
    memset(&record, 0, sizeof record);
    record.episode = episode;
    if (hdf5_extract_episode(file, width, &room, &record, out) < 0) break;
    record.kind = HDF5_END;
  }
  if (file >= 0 && episodes == 0) record.kind = HDF5_END;
  // In the middle of an episode there is no place for a record.
  if (record.kind == HDF5_UNREADABLE) return;
  hdf5_write(out, &record, sizeof record);
}

/// Starts the process that writes the stream of `episodes` episodes, of observations of `width` values and of at most
/// `room` rows in all. Returns its number and gives the end to read from, or -1.
static inline pid_t hdf5_start_extracting(const char *path, int episodes, uint64_t width, uint64_t room, int *in) {
  int ends[2];
  if (pipe(ends) < 0) return -1;
  // A program that is started meanwhile has no part in it.
  for (int end = 0; end < 2; end++) fcntl(ends[end], F_SETFD, FD_CLOEXEC);
  pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    if (hdf5_limit_process() == 0) hdf5_extract(path, episodes, width, room, ends[1]);
    _exit(0);
  }
  close(ends[1]);
  if (child < 0) close(ends[0]);
  *in = ends[0];
  return child;
}

/// Ends the process, whatever it does.
static inline void hdf5_end_extracting(pid_t child, int in) {
  close(in);
  kill(child, SIGKILL);
  while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {}
}
