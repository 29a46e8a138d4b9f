"""What people expect of a labeling tool, feature by feature, and the test that proves each.

The list is `../shared/reference/features.md`: the rows of its tables 1.1 to 1.6 that it calls core.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
_S, _P = "session/commands/test_", "pipelines/test_"

PROVEN = {
    "A1": _S + "box.py::test_two_corners_make_a_box_prompt_that_covers_both_pixels",
    "A8": _S + "editing.py::test_keys_move_the_whole",
    "A9": _S + "editing.py::test_tab_goes_through_the_sides_and_back_to_the_whole",
    "A10": _S + "editing.py::test_vertices_are_walked_added_moved_and_taken_away",
    "A11": _S + "copying.py::test_what_is_copied_is_pasted_onto_the_next_image",
    "A14": _S + "instances.py::test_undo_and_redo_are_unlimited",
    "A15": _S + "instances.py::test_undo_and_redo_are_unlimited",
    "A18": _S + "look.py::test_hiding_one_and_all_deletes_nothing",
    "A22": _S + "reshaping.py::test_kinds_are_converted_as_far_as_the_task_can_hold_them",
    "A24": _S + "propose.py::test_tighter_boxes_take_the_place_of_theirs",
    "A25": _S + "editing.py::test_a_shape_beyond_the_border_is_cut_on_request",
    "A26": _S + "instances.py::test_a_shape_without_area_is_refused",
    "A27": _S + "classes.py::test_a_digit_gives_the_selected_instance_a_class_and_nothing_else",
    "B1": _S + "points.py::test_a_positive_point_asks_for_a_mask_at_the_cursor",
    "B2": _S + "points.py::test_negative_points_follow_in_entry_order",
    "B3": _S + "box.py::test_two_corners_make_a_box_prompt_that_covers_both_pixels",
    "B4": _S + "box.py::test_points_can_be_added_to_a_box",
    "B5": "app/test_embeddings.py::test_an_image_is_encoded_once",
    "B6": "inference/test_runtime.py::",
    "B7": _S + "points.py::test_a_positive_point_asks_for_a_mask_at_the_cursor",
    "B9": _S + "points.py::test_candidates_are_cycled_and_traced_when_seen",
    "B10": _S + "points.py::test_the_chosen_mask_is_fed_back_while_points_are_appended",
    "B11": "app/test_status.py::test_a_candidate_shows_its_stability_and_what_it_will_be_kept_as",
    "B12": _S + "points.py::test_the_points_are_walked_and_any_of_them_is_taken_away",
    "B13": _S + "points.py::test_clear_drops_prompt_mask_and_the_answer_on_its_way",
    "B14": _S + "instances.py::test_class_and_confirm_are_two_keys_and_the_next_digit_is_for_the_next_object",
    "B15": _P + "segment.py::test_a_candidate_is_traced_in_the_datasets_shape",
    "B16": _S + "points.py::test_polygons_follow_the_mask_with_fewer_or_more_vertices",
    "B17": "geometry/test_contours.py::test_parts_are_joined_and_said",
    "B19": _S + "files.py::test_going_loads_encodes_and_looks_ahead",
    "B20": "batch/test_encode.py::test_the_labeler_finds_what_was_encoded",
    "B21": "inference/test_cache.py::test_the_bytes_held_are_counted_and_bounded",
    "B22": "inference/test_recognise.py::test_every_reference_model_is_recognised",
    "B23": "inference/test_recognise.py::test_every_reference_model_is_recognised",
    "B24": "inference/test_preference.py::test_mistakes_are_sentences",
    "C1": _P + "everything.py::test_each_object_is_found_once_by_its_best_click",
    "C2": _P + "everything.py::test_a_mask_below_a_threshold_is_not_kept",
    "C3": _S + "propose.py::test_one_by_one_accept_reject_and_digits",
    "C4": _S + "propose.py::test_text_is_asked_for_and_remembered",
    "C5": _P + "ground.py::test_boxes_become_polygons_through_a_segmenter",
    "C6": _P + "ground.py::test_several_phrases_lead_to_one_class",
    "C7": _P + "detect.py::test_boxes_in_the_datasets_classes",
    "C8": "batch/test_runner.py::test_everything_is_done_once",
    "C9": _P + "detect.py::test_with_a_real_segmenter_loose_boxes_become_tight",
    "C10": "batch/test_models.py::test_confidence_and_a_class_filter_are_obeyed",
    "C11": _P + "classmap.py::test_rules_come_before_names",
    "C12": _P + "merge.py::test_a_human_label_survives_everything_but_replace",
    "C13": "batch/test_work.py::test_s6_keep_leaves_what_is_labelled_also_as_empty",
    "C14": "batch/test_runner_kill.py::test_s1_killed_at_random_moments_it_ends_in_the_same_tree",
    "C15": "batch/test_work.py::test_an_image_gets_labels_and_the_sidecar_says_who_made_them",
    "C16": _S + "propose.py::test_a_key_asks_for_a_run_and_nothing_is_labelled",
    "C17": "inference/detectors/test_names.py::test_the_names_an_exporter_wrote",
    "C19": _P + "recheck.py::test_the_same_class_nearby_overlaps_badly",
    "D1": _S + "review.py::test_an_image_is_checked_with_what_is_in_it_and_unchecked_again",
    "D2": "session/test_reviewing.py::test_seeking",
    "D3": _S + "propose.py::test_one_by_one_accept_reject_and_digits",
    "D4": "session/test_reviewing.py::test_the_worst_is_shown_first_selected_and_framed",
    "D5": "session/test_reviewing.py::test_a_filter_narrows_and_a_wrong_one_is_explained",
    "D6": "session/test_reviewing.py::test_the_worst_is_shown_first_selected_and_framed",
    "D9": "app/screens/test_stats.py::test_statistics_with_plots",
    "D10": "data/test_check.py::test_lines_are_named_by_their_number",
    "E1": _S + "files.py::test_next_and_previous",
    "E2": "app/test_filelist.py::test_parts_of_names_in_any_case_and_patterns",
    "E3": "app/test_filelist.py::test_marks_come_from_the_sidecar_and_the_label_files",
    "E4": "data/test_places.py::",
    "E5": _S + "view.py::test_zooming_in_and_out_keeps_the_cursor_in_place",
    "E8": "app/test_status.py::test_sizes_are_said_where_a_shape_is_in_hand",
    "E10": _S + "view.py::test_zooming_to_the_selected_instance_or_the_mask",
    "E11": "session/test_ownkeys.py::test_own_keys_are_in_force_and_help_and_hints_know_them",
    "E12": "app/test_colours.py::",
    "F1": "app/test_start.py::test_classes_come_from_a_model_file_or_a_names_file",
    "F2": _S + "classes.py::test_a_digit_sets_the_class_of_what_comes_next",
    "F3": "app/screens/test_pick.py::test_rank_finds_by_scattered_letters",
    "F4": "app/screens/test_pick.py::test_enter_alone_takes_what_is_in_use",
    "F5": _S + "classes.py::test_a_class_added_in_the_palette_is_used_at_once",
    "F6": "cli/test_classes_change.py::test_without_write_nothing_changes_and_with_it_everything_said_does",
    "F7": "data/test_classes.py::test_y4_a_new_class_touches_nothing_else",
}
"""The test of each feature; a file alone where all of it is about the feature."""

MISSING: dict[str, str] = {}
"""Core features that are not there, and what is instead."""


@pytest.mark.parametrize("feature", PROVEN)
def test_the_proof_exists(feature: str) -> None:
    file, _, name = PROVEN[feature].partition("::")
    text = (TESTS / file).read_text("utf-8")
    assert re.search(rf"^(?:async )?def {name or 'test_'}", text, re.M), PROVEN[feature]


def test_every_core_feature_is_proven_or_known_to_be_missing(shared: Path) -> None:
    text = (shared / "reference" / "features.md").read_text("utf-8")
    tables = text[text.index("### 1.1") : text.index("### 1.7")]
    rows = re.findall(r"^\| ([A-F]\d+) \|.*\| ([^|]*) \|$", tables, re.M)
    core = {feature for feature, ours in rows if re.match(r"\**1\b", ours.strip())}
    assert len(core) > 60
    assert core - {*PROVEN, *MISSING} == set()
    assert not PROVEN.keys() & MISSING.keys()
